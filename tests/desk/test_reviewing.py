"""Review at the desk: the queue, dates and holds, many texts at once, revisions side by side, filters that are kept."""

import html
import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fragments.errors import OwnApproval
from fragments.ids import id_of
from fragments.nouns import Fragment, Sensitivity, Source, State, Translation
from fragments.store.archive import Archive
from fragments.store.bulk import Chosen, Deed, Errand, carry_out, rehearse
from fragments.terms import Terms
from tests.conftest import NOW

CHECKED = {f"check_{name}": "yes" for name in ("text", "rights", "risk", "translation")}
DAY = timedelta(days=1)


@pytest.fixture
def put_up(desk, a_fragment):
    """put_up("ana", "alpha-2", text=…) puts a text up for review; its id."""

    def put(by, external_id, days_ago=0, **fields):
        archive = desk.extensions["archive"]
        with archive.writing(by, NOW - days_ago * DAY) as store:
            store.save_fragment(a_fragment(external_id, **fields), state=State.IN_REVIEW)
        return id_of(external_id)

    return put


def order_of(page, *ids):
    return sorted(ids, key=page.index)


def test_the_queue_is_sorted_by_age_language_and_risk(sign_in, put_up):
    old = put_up("ana", "alpha-1", days_ago=5, lang="vi")
    risky = put_up("ana", "alpha-2", days_ago=2, lang="fa", sensitivity=Sensitivity.NEEDS_FRESH)
    new = put_up("ana", "alpha-3", lang="ar")
    ben = sign_in("ben")

    assert order_of(ben.get("/review").text, old, risky, new) == [old, risky, new]
    assert order_of(ben.get("/review?order=newest").text, old, risky, new) == [new, risky, old]
    assert order_of(ben.get("/review?order=language").text, old, risky, new) == [new, risky, old]
    assert order_of(ben.get("/review?order=risk").text, old, risky, new) == [risky, old, new]


def test_the_queue_is_narrowed_by_age_language_and_risk(sign_in, put_up):
    old = put_up("ana", "alpha-1", days_ago=5, lang="vi")
    new = put_up("ana", "alpha-2", lang="fa", sensitivity=Sensitivity.NEEDS_FRESH)
    ben = sign_in("ben")

    for asked, there, away in (("age=3", old, new), ("lang=fa", new, old), ("sensitivity=needs fresh", new, old)):
        page = ben.get(f"/review?{asked}").text
        assert there in page, asked
        assert away not in page, asked


def test_who_wrote_a_text_is_told_so_in_place_of_a_form_to_approve_it(sign_in, put_up):
    own = put_up("ben", "alpha-1")
    anas = put_up("ana", "alpha-2")
    ben = sign_in("ben")

    page = ben.get(f"/review/{own}").text
    assert "You wrote this, so somebody else has to approve it." in page
    assert 'value="approve"' not in page

    page = ben.get(f"/review/{anas}").text
    assert "You wrote this" not in page
    assert 'value="approve"' in page


def test_the_public_page_of_a_text_is_linked_while_there_is_one(sign_in, put_up):
    text, ben = put_up("ana", "alpha-1"), sign_in("ben")
    approval = {"form_token": "f", "do": "approve", "revision": "1", "source_revision": "1", "terms": "/", **CHECKED}

    assert ben.post(f"/review/{text}", data=approval).status_code == 302
    assert "Its public page" not in ben.get(f"/fragments/{text}").text

    assert ben.post("/publish", data={"form_token": "f"}).status_code == 302
    assert "Its public page" in ben.get(f"/fragments/{text}").text


def test_the_answers_of_the_checklist_go_into_the_record(desk, sign_in, written):
    data = {"form_token": "f", "do": "approve", "revision": "1", "terms": "/", **CHECKED}
    assert sign_in("ben").post(f"/review/{written}", data=data).status_code == 302

    (entry,) = [each for each in desk.extensions["archive"].audit(subject=written) if each.action == "approved"]
    answers = {"text": "yes", "rights": "yes", "risk": "yes", "translation": "there is none"}
    assert entry.details["checks"] == answers
    assert "looked at" in sign_in("ben").get(f"/fragments/{written}").text


def test_a_text_under_embargo_is_shown_as_coming_and_appears_by_the_clock(desk, sign_in, written):
    ben, archive = sign_in("ben"), desk.extensions["archive"]
    dates = {"form_token": "f", "do": "dates", "embargo_until": "2026-11-25T09:00", "expires_at": ""}
    assert ben.post(f"/review/{written}", data=dates).status_code == 302
    page = ben.get(f"/review/{written}").text
    sealed = html.unescape(re.search(r'name="terms" value="([^"]*)"', page)[1])
    data = {"form_token": "f", "do": "approve", "revision": "1", "terms": sealed, **CHECKED}
    assert ben.post(f"/review/{written}", data=data).status_code == 302

    coming = ben.get("/publish").text
    assert "0 added" in coming
    assert "Appears on" in coming
    assert archive.publish_due(NOW) is None
    assert [each.id for each in archive.publish_due(NOW + DAY).fragments] == [written]


def test_an_approval_of_a_page_with_other_dates_is_refused(sign_in, written):
    ben = sign_in("ben")
    ben.post(f"/review/{written}", data={"form_token": "f", "do": "dates", "expires_at": "2027-01-01T00:00"})

    data = {"form_token": "f", "do": "approve", "revision": "1", "terms": "/", **CHECKED}
    assert ben.post(f"/review/{written}", data=data).status_code == 409


def test_a_date_in_the_past_is_refused_with_words(sign_in, written):
    dates = {"form_token": "f", "do": "dates", "embargo_until": "2020-01-01T00:00"}

    answer = sign_in("ben").post(f"/review/{written}", data=dates)

    assert answer.status_code == 400
    assert "in the past" in answer.text


def test_a_held_text_can_be_lifted_by_another_only(sign_in, written):
    ben, adm = sign_in("ben"), sign_in("adm")
    hold = {"form_token": "f", "do": "hold", "words": "a letter from a court"}
    lift = {"form_token": "f", "do": "lift", "words": "settled"}

    assert ben.post(f"/review/{written}", data=hold).status_code == 302
    page = ben.get(f"/review/{written}").text
    assert "a letter from a court" in page
    assert 'value="approve"' not in page
    assert ben.post(f"/review/{written}", data={**hold, "do": "withdraw"}).status_code == 409
    assert ben.post(f"/review/{written}", data=lift).status_code == 403
    assert adm.post(f"/review/{written}", data=lift).status_code == 302


def test_the_writer_of_a_text_that_nobody_could_approve_now_is_not_told_to_wait_for_somebody(sign_in, put_up):
    own, ben = put_up("ben", "alpha-1"), sign_in("ben")
    withdraw = {"form_token": "f", "do": "withdraw", "words": "an error"}
    assert ben.post(f"/review/{own}", data=withdraw).status_code == 302

    page = ben.get(f"/review/{own}").text
    assert "Make it a draft again" in page
    assert "You wrote this" not in page


def test_many_are_shown_what_happens_to_them_before_anything_does(desk, sign_in, put_up):
    anas, bens = put_up("ana", "alpha-1"), put_up("ben", "alpha-2", text="Alpha by ben")
    ben, archive = sign_in("ben"), desk.extensions["archive"]
    before = archive.check_audit()

    page = ben.post("/bulk", data={"form_token": "f", "deed": "approve", "chosen": [f"{anas}.1", f"{bens}.1"]}).text

    assert f'value="{anas}.1.1./"' in page
    assert f'value="{bens}.' not in page
    assert "somebody else has to approve it" in page
    assert archive.check_audit() == before

    form = {"form_token": "f", "deed": "approve", "do": "do", "chosen": [f"{anas}.1"], **CHECKED}
    assert ben.post("/bulk/do", data=form).status_code == 302
    assert archive.fragment(anas).state is State.PUBLISHED
    assert archive.fragment(bens).state is State.IN_REVIEW


def test_where_one_is_refused_meanwhile_nothing_is_done(desk, sign_in, put_up):
    first, second = put_up("ana", "alpha-1"), put_up("ana", "alpha-2", text="Alpha two")
    put_up("ana", "alpha-2", text="Alpha two, changed")

    form = {"form_token": "f", "deed": "withdraw", "words": "a reason", "chosen": [f"{first}.1", f"{second}.0"]}
    form |= {"deed": "approve", "chosen": [f"{first}.1", f"{second}.1"], **CHECKED}
    answer = sign_in("ben").post("/bulk/do", data=form)

    assert answer.status_code == 409
    assert desk.extensions["archive"].fragment(first).state is State.IN_REVIEW


@pytest.mark.parametrize(
    ("deed", "more"),
    [("approve", {}), ("send-back", {}), ("withdraw", {"words": " "}), ("label", {"topics": ","})],
    ids=["no checklist", "no comment", "no reason", "no label"],
)
def test_nothing_is_done_to_many_without(desk, sign_in, put_up, deed, more):
    id_ = put_up("ana", "alpha-1")
    form = {"form_token": "f", "deed": deed, "do": "do", "chosen": [f"{id_}.1"], **more}

    assert sign_in("ben").post("/bulk/do", data=form).status_code == 400
    assert desk.extensions["archive"].fragment(id_).fragment.revision == 1


SAID = {
    "approve": ("Approve 2 texts", "اعتمد نصّين"),
    "send-back": ("Send 2 texts back to their writers", "أعد نصّين إلى كاتبيهما"),
    "withdraw": ("Withdraw 2 texts", "اسحب نصّين"),
    "label": ("Label 2 texts", "سِم نصّين"),
}


@pytest.mark.parametrize(("deed", "said"), SAID.items(), ids=SAID)
def test_the_last_button_says_what_it_does(sign_in, put_up, deed, said):
    ids = [put_up("ana", f"alpha-{n}", text=f"Alpha {n}") for n in (1, 2)]
    form = {"form_token": "f", "deed": deed, "topics": "night", "chosen": [f"{id_}.1" for id_ in ids]}
    ben = sign_in("ben")

    pages = [ben.post("/bulk", data=form, headers={"Accept-Language": lang}).text for lang in ("en", "ar")]

    assert [f'value="do">{words}</button>' in page for words, page in zip(said, pages, strict=True)] == [True, True]


def test_a_text_without_an_original_is_named_by_its_gloss_where_a_date_or_a_hold_is_told(desk, sign_in, put_up):
    id_ = put_up(
        "ana", "alpha-1", text="", gloss="About a river", translations=(Translation(lang="en", text="A river"),)
    )
    with desk.extensions["archive"].writing("ben", NOW) as store:
        store.approve(id_)
        store.hold(id_, "a lawyer asks")

    later = sign_in("ben").get("/publish").text.split("By a date, or held")[1]

    assert "About a river" in later


def test_many_get_a_topic_and_a_campaign(desk, sign_in, put_up):
    id_ = put_up("ana", "alpha-1", topics=("letters",))
    form = {"form_token": "f", "deed": "label", "topics": "Night, letters", "campaign": "Spring", "do": "do"}

    assert sign_in("ben").post("/bulk/do", data={**form, "chosen": [f"{id_}.1"]}).status_code == 302

    found = desk.extensions["archive"].fragment(id_).fragment
    assert found.topics == ("letters", "night")
    assert found.campaign == "spring"


PEOPLE = st.sampled_from(["ana", "ben", "cleo"])
STEPS = st.lists(st.tuples(PEOPLE, st.sampled_from(list(Deed)), st.integers(0, 2)), max_size=7)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writers=st.lists(PEOPLE, min_size=2, max_size=3), steps=STEPS)
def test_no_sequence_of_bulk_acts_approves_ones_own_text(empty_sqlite, tmp_path_factory, writers, steps):
    path = tmp_path_factory.mktemp("bulk") / "archive.db"
    path.write_bytes(empty_sqlite.read_bytes())
    ids = [id_of(f"alpha-{place}") for place in range(len(writers))]
    with Archive.open(f"sqlite:///{path}", clock=lambda: NOW) as archive:
        for place, (id_, writer) in enumerate(zip(ids, writers, strict=True)):
            source = Source(external_id=f"source-{place}", title="Alpha")
            text = Fragment(id=id_, external_id=f"alpha-{place}", source=source, lang="en", text=f"Alpha {place}")
            with archive.writing(writer) as store:
                store.save_fragment(text, state=State.IN_REVIEW)

        for by, deed, topic in steps:
            errand = Errand(deed=deed, words="a reason", topics=(f"topic-{topic}",))
            chosen = [Chosen(id_, archive.fragment(id_).fragment.revision) for id_ in ids]
            outcomes = rehearse(archive, by, NOW, errand, chosen)
            carry_out(archive, by, NOW, errand, [each.chosen for each in outcomes if each.refused is None])

        approvals = {(each.subject, each.actor) for each in archive.audit() if each.action == "approved"}
        own = set(zip(ids, writers, strict=True))
        first = {subject: actor for subject, actor in approvals if (subject, actor) not in own}
        assert {subject for subject, _ in approvals} == set(first)  # nobody else approved before a writer did a label
        for edition_text in archive.publish("ben", NOW).fragments:
            assert edition_text.id in first


def test_a_writer_is_refused_among_many_as_alone(desk, put_up):
    id_ = put_up("ben", "alpha-1")

    (outcome,) = rehearse(desk.extensions["archive"], "ben", NOW, Errand(deed=Deed.APPROVE), [Chosen(id_, 1)])

    assert isinstance(outcome.refused, OwnApproval)


def test_any_two_revisions_are_compared_field_by_field(desk, sign_in, put_up):
    id_ = put_up("ana", "alpha-1", text="A bad day", gloss="first")
    put_up("ana", "alpha-1", text="A fine day", gloss="first")
    put_up("ana", "alpha-1", text="A good day", gloss="second")

    page = sign_in("ben").get(f"/fragments/{id_}/compare?old=1&new=3").text

    assert "<del>bad</del>" in page
    assert "<ins>good</ins>" in page
    assert "<del>first</del>" in page
    assert sign_in("cleo").get(f"/fragments/{id_}/compare").status_code == 404
    assert sign_in("ben").get(f"/fragments/{id_}/compare?old=1&new=9").status_code == 404


def test_the_next_edition_says_why_each_text_leaves(desk, sign_in, put_up):
    archive, ids = desk.extensions["archive"], [put_up("ana", f"alpha-{n}", text=f"Alpha {n}") for n in range(3)]
    with archive.writing("ben") as store:
        for id_ in ids:
            store.approve(id_)
    archive.publish("ben", NOW)
    with archive.writing("ben") as store:
        store.withdraw(ids[0], "asked to by the author")
        store.hold(ids[1], "a letter")
        store.set_terms(ids[2], Terms(embargo_until=NOW + DAY))

    page = sign_in("ben").get("/publish").text

    assert "3 withdrawn" in page
    for words in ("asked to by the author", "under a legal hold", "under embargo"):
        assert words in page, words


def test_a_filter_is_kept_opened_renamed_and_forgotten_by_its_owner_alone(sign_in):
    ben = sign_in("ben")
    kept = ben.post("/filters", data={"form_token": "f", "name": "Hanoi", "lang": "vi", "state": "draft"})
    assert kept.headers["Location"].endswith("/find?state=draft&lang=vi")
    assert "Hanoi" in ben.get("/find").text
    assert "Hanoi" not in sign_in("ana").get("/find").text

    ben.post(
        "/filters/change", data={"form_token": "f", "do": "rename", "old": "Hanoi", "name": "Drafts in Vietnamese"}
    )
    assert "Drafts in Vietnamese" in ben.get("/filters").text

    ben.post("/filters/change", data={"form_token": "f", "do": "forget", "old": "Drafts in Vietnamese"})
    assert "Drafts in Vietnamese" not in ben.get("/filters").text


def test_a_filter_without_a_name_or_a_condition_is_refused(sign_in):
    assert sign_in("ben").post("/filters", data={"form_token": "f", "name": "All"}).status_code == 400
    assert sign_in("ben").post("/filters", data={"form_token": "f", "name": " ", "lang": "vi"}).status_code == 400

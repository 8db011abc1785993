"""What is pasted where no script and no frame may stand: Markdown, an e-mail signature, a picture with its words.

Rules: each reads well when its picture is blocked or its markup is dropped; the picture's words stand in its `alt`. A
text whose author is at risk, or that has a content warning, is in none of them (embed.pictures.said decides).

It chooses no fragment and fetches nothing.
"""

import re
from urllib.parse import urlencode

from markupsafe import Markup, escape

from embed.pictures.look import Look
from embed.pictures.said import Said, said
from embed.snippets import Options, embed_address, own_page, page_address, text_of
from embed.strings import spoken
from fragments.nouns import Fragment

SIGNATURE_LOOK = Look(480, "light")  # e-mail has no dark picture, and columns of about this width
MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&])")


def markdown(fragment: Fragment, options: Options) -> str:
    """A quotation for a README or a forum: the words, and a link."""
    it, page = _said(fragment, options), own_page(fragment, options)
    quoted = [f"**{_plain(it.label)}**"]
    quoted += [_plain(it.warning)] if it.warning else []
    quoted += [_plain(each.text) for each in (it.main, it.beside) if each]
    lines = [_plain(line) for line in it.lines]
    quoted.append("  \n".join([f"[{lines[0]}]({page})", *lines[1:]] if lines else [f"[{page}]({page})"]))
    return "\n>\n".join(f"> {part}".replace("\n", "\n> ") for part in quoted) + "\n"


def badge_markdown(fragment: Fragment, options: Options, kind: str = "svg") -> str:
    """A picture with its words, for a README; of another fragment each day unless `options.facets` is None."""
    words, page = _plain(_words(fragment, options)), page_address(fragment, options)
    return f"[![{words}]({_picture(fragment, options, kind)})]({page})\n"


def badge_html(fragment: Fragment, options: Options, kind: str = "svg") -> str:
    """The same as HTML, with room kept for it."""
    look = Look(options.width or Look().width)
    return Markup(
        '<a href="{page}"><img src="{src}" width="{width}" height="{height}" alt="{alt}" '
        'style="max-width:100%;height:auto;"></a>\n'
    ).format(
        page=page_address(fragment, options),
        src=_picture(fragment, options, kind),
        width=look.width,
        height=look.height,
        alt=_words(fragment, options),
    )


def signature(fragment: Fragment, options: Options) -> str:
    """HTML for under an e-mail: real text first, then the picture, of which mail programs may show either."""
    it, page = _said(fragment, options), own_page(fragment, options)
    texts = [
        Markup('<div lang="{}" dir="{}" style="font-size:15px;margin:0 0 6px;">{}</div>').format(
            each.lang, each.direction, text_of(each.text)
        )
        for each in (it.main, it.beside)
        if each
    ]
    lines = Markup("<br>").join(map(escape, it.lines))
    src = f"{options.public_url}/f/{fragment.id}.png?{urlencode({'width': SIGNATURE_LOOK.width, 'ui': it.ui})}"
    made = Markup(
        '<div lang="{ui}" dir="{direction}" style="max-width:480px;border-top:4px solid #a32015;padding:6px 0 0;'
        'font:13px/1.45 Arial,sans-serif;"><b>{label}</b>{warning}{texts}<a href="{page}">{lines}</a><br>'
        '<img src="{src}" width="{width}" height="{height}" alt="" border="0" '
        'style="max-width:100%;height:auto;"></div>\n'
    ).format(
        ui=it.ui,
        direction=it.direction,
        label=it.label,
        warning=Markup("<br>{}").format(it.warning) if it.warning else "",
        texts=Markup("").join(texts),
        page=page,
        lines=lines,
        src=src,
        width=SIGNATURE_LOOK.width,
        height=SIGNATURE_LOOK.height,
    )
    return str(made)  # a template that shows it to be copied must escape it, as any text


def _said(fragment: Fragment, options: Options) -> Said:
    return said(fragment, options.ui, options.public_url.partition("//")[2])


def _picture(fragment: Fragment, options: Options, kind: str) -> str:
    words = {"ui": spoken(options.ui), "width": options.width or Look().width}
    if options.theme != "auto":
        words["theme"] = options.theme
    return f"{embed_address(fragment, options, f'/badge.{kind}', f'.{kind}')}{urlencode(words)}"


def _words(fragment: Fragment, options: Options) -> str:
    """What is said to those who see no picture; of one that changes each day, only what it is."""
    it = _said(fragment, options)
    return it.spoken_text if options.facets is None else it.label


def _plain(text: str) -> str:
    """Text that Markdown reads as text: every mark escaped, line breaks kept as breaks."""
    return "  \n".join(MARKS.sub(r"\\\1", line) for line in text.splitlines())

/* The loader: replaces the quotation in a pasted snippet by another fragment, when one can be shown to be genuine.
 *
 * It keeps no state, asks no third party, and shows text only: no markup is ever parsed. Whatever goes wrong, the
 * pasted quotation stays and the page hears nothing of it. docs/format.md specifies the files. build.py makes the
 * file that pages load (names become letters, STYLE becomes the text of loader.css).
 *
 *   <div class="unsilenced" lang="en"       the language of the interface
 *        data-deck="lang-vi"                the deck to draw from
 *        data-key="…"                       SHA-256 of the publisher's first root, base64url
 *        data-edition="12"                  no deck of an older edition is taken
 *        data-from="https://a https://b"    origins; without it, the one this script came from
 *        data-theme="dark">                 light or dark; without it, what the reader prefers
 *     … <strong>label</strong> … <a href="https://publisher/what">what is this?</a> … the quotation …
 */
(() => {
  const page = document;
  const { subtle } = crypto; // absent on http pages: nothing can be checked there, so nothing is fetched
  const p256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const bytes = (base64) =>
    Uint8Array.from(atob(base64.replace(/-|_/g, (it) => (it > "-" ? "/" : "+"))), (letter) => letter.charCodeAt());
  const chance = (count) => (Math.random() * count) | 0;
  const must = (fact) => fact || fact(); // no function: the shortest way to throw

  const take = (box) => {
    if (box.u) return; // the tag was pasted twice, or from two hosts
    box.u = 1;
    const { deck, key, edition, from = page.currentScript.src.split("/e/")[0] } = box.dataset;
    const origins = from.split(" ");

    /* The entries of a deck file that may be shown today; throws when it is not genuine. */
    const open = async (file) => {
      const today = new Date().toJSON();
      const notes = file.split("\n\n");
      let text, signatures, kind, number, until, rest, root, serial, end, withdrawn;
      let publisher = ".+"; // the first root says who; from then on it must be the same

      const next = () => {
        [text, signatures] = notes.splice(0, 2);
        [, kind, publisher, number, until, rest] = (text += "\n").match(
          `^unsilenced (\\w+) 1\n(${publisher})\n\\w+ (\\d+) \\S+ (\\S+)\n([^]+)\n$`,
        );
        text = new TextEncoder().encode(text);
      };

      /* Throws unless as many keys of `role` as the root asks for have signed the note. */
      const signed = async (role) => {
        let [, missing, keys] = root.match(`${role} (\\d+) p256 (.+)`);
        for (const raw of keys.split(" ")) {
          const known = await subtle.importKey("raw", bytes(raw), p256, 0, ["verify"]);
          for (const line of signatures.matchAll(` ${publisher} (.+)`))
            // Four bytes of key id come first. An Ed25519 signature has the same size and simply does not verify.
            if (await subtle.verify(p256, known, bytes(line[1]).slice(4), text)) {
              missing--;
              break;
            }
        }
        must(missing < 1);
      };

      next();
      must(bytes(key) + "" == new Uint8Array(await subtle.digest(p256.hash, text)));
      for (root = rest, serial = number; kind == "root"; next()) {
        await signed("root"); // by the keys of the root before
        root = rest;
        end = until;
        await signed("root"); // by its own
        must(number == serial++);
      }
      const [named, ...entries] = rest.split("\n");
      must(kind == "deck" && named == "deck " + deck && !(+number < edition) && today < until && today < end);
      await signed("edition");
      serial = number;
      try {
        next();
        await signed("now");
        if (kind == "now" && today < until && !notes[0]) withdrawn = rest.split(/\s/);
      } catch {} // whoever can spoil the now can cut it off: one that is not genuine counts like none
      if (withdrawn) must(+number <= serial); // else an old deck, replayed
      else {
        ask(); // somebody may have a fresh one, which goes before
        await new Promise((wake) => setTimeout(wake, 2e3));
      }
      return JSON.parse(`[${entries}]`).filter(({ i, s }) => (withdrawn ? !withdrawn.includes(i) : !s));
    };

    /* Puts one of the entries, drawn by its share of the chance, into a shadow tree of the box. */
    const show = (entries) => {
      const shares = entries.flatMap((entry) => Array(entry.n || 16).fill(entry));
      const ui = box.lang;
      // Words in each language that we speak lie under its tag; they stand between the author and the translator.
      const { i, x, g, a, c, w, k, t = "", en = "", [ui]: words = en } = shares[chance(shares.length)];
      const sheet = new CSSStyleSheet();
      const add = (parent, tag, lang, text, rtl) => {
        const element = page.createElement(tag);
        element.textContent = text;
        if (lang) {
          element.lang = lang;
          element.dir = rtl ? "rtl" : "ltr";
        }
        parent.append(element);
        return element;
      };
      const figure = add(new DocumentFragment(), "figure");
      const native = ([tag]) => tag.split("-")[0] == ui;
      const other = !native(x[0]) && (x.find(native) || g);
      const long = () => figure.scrollHeight > figure.clientHeight;

      let body = figure;
      add(figure, "slot").name = "a";
      if (k) add((body = add(figure, "details")), "summary", 0, k);
      const quotation = add(body, "blockquote", ...x[0]);
      if (other) add(body, "p", ...other);
      const caption = add(figure, "figcaption");
      const link = add(caption, "a", 0, a + words + t);
      link.dir = "auto";
      link.href = box.querySelector("a").href.slice(0, -4) + "f/" + i; // …/what
      // A state that no longer exists comes with its names.
      if (c)
        add(
          caption,
          "div",
          0,
          (c[ui] || c.en || (c[2] ? c : new Intl.DisplayNames(ui, { type: "region" }).of(c))) + (w ? ": " + w : ""),
        );

      sheet.replaceSync(STYLE);
      const { height, top } = box.getBoundingClientRect();
      const shade = box.attachShadow({ mode: "open" }); // throws when another origin was quicker
      box.style.height = height + "px";
      shade.adoptedStyleSheets = [sheet];
      shade.append(figure);
      box.firstElementChild.slot = "a";
      // As large as the box allows: a line of verse fills it, a long passage still fits, and nothing around it moves.
      for (let size = 40; size > 19 && long(); size--) quotation.style.fontSize = size * 5 + "%";
      if (long()) quotation.tabIndex = 0; // and scrolls
      if (!(height && top < innerHeight)) box.style.height = ""; // out of sight the box may grow
    };

    /* Asks an origin; another a second later, or at once when this one fails. */
    const ask = async () => {
      if (origins[0])
        try {
          setTimeout(ask, 1e3);
          const reader = (
            await fetch(
              // A deck of one fragment, f-…, has one part. What splice gives reads as the one origin in it.
              `${origins.splice(chance(origins.length), 1)}/d/${deck}/${chance(deck[1] == "-" || 16)}.cf`,
              { credentials: "omit", redirect: "error", signal: AbortSignal.timeout(5e3) },
            )
          ).body
            .pipeThrough(new TextDecoderStream())
            .getReader();
          let chunk;
          let file = "";
          while ((chunk = (await reader.read()).value))
            if ((file += chunk).length > 1e5) reader.cancel((file = "")); // more is somebody's endless data
          show(await open(file));
          origins.length = 0;
        } catch {
          ask();
        }
    };
    ask();
  };

  if (subtle) page.querySelectorAll(".unsilenced[data-deck]").forEach(take);
})();

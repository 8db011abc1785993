// Reads answers with the browser's own parsers, without running them, and says what they are made of.
async ([paths, how]) => {
  const found = { marks: new Set(), code: new Set(), leads: new Set(), faults: [] };
  const running = new Set(["", "text/javascript", "module"]);
  const leading = new Set(["href", "src", "action", "formaction", "data", "srcset", "cite", "poster", "xlink:href"]);

  const parsed = (text, type) => {
    const read = new DOMParser().parseFromString(text, type);
    if (type !== "text/html" && read.querySelector("parsererror")) found.faults.push(`no XML: ${text.slice(0, 200)}`);
    return read;
  };
  const look = (read) => {
    const heavy = {}; // of a page; a feed has as many links as it has entries
    for (const each of read.querySelectorAll("*")) {
      const name = each.localName;
      found.marks.add(`${name} of ${each.namespaceURI}`);
      for (const { name: key, value } of each.attributes) {
        found.marks.add(`${name} ${key}`);
        if (!leading.has(key)) continue;
        const address = URL.parse(value, location.href);
        found.leads.add(`${name} ${key} ${address?.protocol} ${address?.origin === location.origin ? "here" : "away"}`);
      }
      if (name === "script" && running.has(each.type ?? "")) found.code.add(each.textContent);
      else if (name === "script" && each.type.endsWith("json")) JSON.parse(each.textContent);
      if (name === "style") found.code.add(each.textContent);
      if (["script", "style", "iframe", "link", "meta", "img"].includes(name)) heavy[name] = (heavy[name] ?? 0) + 1;
    }
    if (read.contentType === "text/html") found.marks.add(JSON.stringify(heavy));
  };
  const ways = {
    html: (text) => look(parsed(text, "text/html")),
    xml: (text) => look(parsed(text, "application/xml")),
    svg: (text) => look(parsed(text, "image/svg+xml")),
    text: () => {},
    json: (text) => JSON.parse(text),
    oembed: (text) => look(parsed(JSON.parse(text).html, "text/html")),
    feed: (text) => {
      const read = parsed(text, "application/xml");
      look(read);
      for (const each of read.querySelectorAll("content, description, encoded, summary")) {
        look(parsed(each.textContent, "text/html"));
      }
    },
    jsonfeed: (text) => {
      for (const each of JSON.parse(text).items) look(parsed(each.content_html, "text/html"));
    },
  };
  const one = async (path) => {
    const answer = await fetch(path);
    const text = await answer.text();
    const headers = ["content-type", "x-content-type-options"].map((name) => answer.headers.get(name));
    found.marks.add(`${answer.status} ${headers.join(" ")}`);
    try {
      ways[how](text);
    } catch (fault) {
      found.faults.push(`${path}: ${fault}`);
    }
  };
  const waiting = [...paths];
  const worker = async () => {
    while (waiting.length) await one(waiting.pop());
  };
  await Promise.all([1, 2, 3, 4].map(worker));
  const list = (set) => [...set].sort();
  return { marks: list(found.marks), code: list(found.code), leads: list(found.leads), faults: found.faults };
};

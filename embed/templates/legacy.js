(function () {
  "use strict";
  var data = __DATA__;
  var script = document.currentScript;
  if (!script) {
    var scripts = document.getElementsByTagName("script");
    script = scripts[scripts.length - 1];
  }
  var wish = String(window.irr_lang || "en").toLowerCase().split(/[-_]/)[0];
  var ui = Object.prototype.hasOwnProperty.call(data.said, wish) ? wish : "en";
  var it = data.said[ui];

  function add(parent, name, text, lang, dir, looks) {
    var made = document.createElement(name);
    made.textContent = text;
    if (lang) made.lang = lang;
    if (dir) made.dir = dir === "auto" ? "auto" : dir;
    // By CSSOM properties, which a page's policy on inline styles allows.
    for (var key in looks) made.style[key] = looks[key];
    parent.appendChild(made);
    return made;
  }

  var host = document.createElement("div");
  host.lang = ui;
  host.dir = it.dir;
  var room = host.attachShadow ? host.attachShadow({ mode: "open" }) : host;
  var box = add(room, "div", "", ui, it.dir, {
    boxSizing: "border-box", width: data.width + "px", maxWidth: "100%", margin: "8px 0", padding: "0 10px 8px",
    border: "1px solid #8888", background: "Canvas", color: "CanvasText", font: "13px/1.45 system-ui, sans-serif",
    textAlign: "start", overflowWrap: "anywhere", colorScheme: "light dark"
  });
  add(box, "div", it.label, ui, it.dir, {
    display: "inline-block", borderTop: "5px solid", fontWeight: "bold", padding: "4px 0 0", margin: "0 0 6px"
  });
  if (it.warning) add(box, "div", it.warning, ui, it.dir, { fontWeight: "bold" });
  for (var i = 0; i < it.texts.length; i++) {
    var each = it.texts[i];
    add(box, i ? "p" : "blockquote", each.text, each.lang, each.dir, {
      margin: "0 0 6px", padding: "0", fontSize: i ? "13px" : "15px", whiteSpace: "pre-wrap", opacity: i ? ".85" : "1"
    });
  }
  for (var j = 0; j < it.lines.length; j++)
    add(box, "div", it.lines[j], ui, it.dir, { fontSize: "12px" });
  var link = add(box, "a", it.host, "", "ltr", { color: "inherit", fontSize: "12px" });
  link.href = data.page;

  function place() {
    var parent = script.parentNode;
    if (parent && document.body && document.body.contains(script)) parent.insertBefore(host, script.nextSibling);
    else document.body.insertBefore(host, document.body.firstChild);
  }
  // A script in the head runs before there is a body to put anything into.
  if (document.body) place();
  else document.addEventListener("DOMContentLoaded", place);
})();

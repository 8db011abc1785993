// Asks the browser for a passkey, made or used, and sends what it answers with the form it stands in.
"use strict";
(() => {
  const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const named = (list) => (list || []).map((each) => ({ ...each, id: toBytes(each.id) }));
  const asked = (options) => {
    options.challenge = toBytes(options.challenge);
    if (options.user) options.user.id = toBytes(options.user.id);
    if (options.excludeCredentials) options.excludeCredentials = named(options.excludeCredentials);
    if (options.allowCredentials) options.allowCredentials = named(options.allowCredentials);
    return options;
  };
  const answered = (made) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[name]) response[name] = toText(made.response[name]);
    }
    return JSON.stringify({ id: made.id, rawId: toText(made.rawId), type: made.type, response, clientExtensionResults: {} });
  };
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const problem = form.querySelector("[role=alert]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      problem.hidden = true;
      try {
        const publicKey = asked(JSON.parse(form.dataset.challenge));
        form.elements.credential.value = answered(await navigator.credentials[form.dataset.passkey]({ publicKey }));
        form.submit();
      } catch {
        problem.textContent = form.dataset.failed;
        problem.hidden = false;
      }
    });
  }
})();

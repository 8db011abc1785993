// Copy buttons: `data-copies` names the field whose text is copied. Without this script the field is selected by hand.
"use strict";
for (const button of document.querySelectorAll("button.copy")) button.hidden = false;
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.copy");
  if (!button) return;
  const field = document.getElementById(button.dataset.copies);
  const words = (button.dataset.words ??= button.textContent);
  field.focus();
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.done;
  } catch {
    button.textContent = document.execCommand("copy") ? button.dataset.done : button.dataset.failed;
  }
  setTimeout(() => (button.textContent = words), 4000);
});

'use strict';

// Letters that decide on the review page. Everything they do has a button; without this file, or with the keys turned off, the buttons remain.

const photo = document.getElementById('photo');
const status = document.getElementById('keys-say');
const reach = id => document.getElementById(id);

// A letter meant for the last photo must not decide about this one: nothing is decided before this one has been in sight for a moment.
let seenAt = Infinity;
const seen = () => {
  seenAt = photo.naturalWidth > 0 ? performance.now() : Infinity;
};
if (photo.complete) seen();
else photo.addEventListener('load', seen);
const hasBeenSeen = () => performance.now() - seenAt > 300;

let decided = false;
const press = button => {
  if (decided || !hasBeenSeen()) return;
  decided = true;
  button.form.requestSubmit(button);
};

/** Sends the form, or goes to its reasons where none has been chosen. */
const pressWithReason = (button, name) => {
  const reasons = [...button.form.elements].filter(field => field.name === name);
  if (reasons.some(reason => reason.checked)) {
    press(button);
    return;
  }
  reasons[0].focus();
  status.textContent = 'Choose why with the arrow keys, then press Enter.';
};

const follow = link => {
  if (link && !decided) location.assign(link.href);
};

const keys = {
  a: () => press(reach('approve')),
  t: () => pressWithReason(reach('retake'), 'reason'),
  x: () => pressWithReason(reach('reject'), 'rejection'),
  n: () => follow(reach('skip')),
  arrowright: () => follow(reach('skip')),
  p: () => follow(reach('previous')),
  arrowleft: () => follow(reach('previous')),
};

document.addEventListener('keydown', event => {
  if (event.defaultPrevented || event.isComposing || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  const field = event.target instanceof Element ? event.target.closest('input, textarea, select, [contenteditable]') : null;
  if (field) {
    if (event.key === 'Escape') field.blur();
    return;
  }
  const act = keys[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

// Out of the browser's memory the page is loaded anew; this one has decided.
window.addEventListener('pageshow', () => {
  decided = false;
});

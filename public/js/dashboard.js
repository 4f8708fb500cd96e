'use strict';

// The dashboard works without this file. It counts what is selected, keeps the counts as they are now, and opens the browser's print window.

/** "1,284": the numbers of one script and one page look alike. */
const grouped = number => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

function countSelection(form) {
  const words = form.querySelector('.bulk__count');
  const all = form.querySelector('input[name="all"]');
  const boxes = [...form.querySelectorAll('input[name="pick"]')];
  const show = () => {
    const picked = boxes.filter(box => box.checked).length;
    const total = words.dataset.total;
    words.textContent = all?.checked ? `All ${total} selected` : `${grouped(picked)} of ${total} selected`;
  };
  form.addEventListener('change', show);
  form.addEventListener('click', event => {
    if (!(event.target instanceof Element) || event.target.closest('button')?.value !== 'clear') return;
    event.preventDefault();
    for (const box of boxes) box.checked = false;
    if (all) all.checked = false;
    show();
  });
  // A page that the browser brought back has its boxes as they were left.
  window.addEventListener('pageshow', show);
  show();
}

/** Writes new counts into the heading, the bar and its key. The list stays as it is under the reader's hands. */
function showCounts(counts) {
  const count = status => Number(counts[status] ?? 0);
  let all = 0;
  for (const status of Object.keys(counts)) all += count(status);
  const heading = document.getElementById('heading');
  const bar = document.getElementById('statusbar');
  if (!heading || !bar || all === 0) return;
  const text = `${grouped(count('approved'))} of ${grouped(all)} ${all === 1 ? 'photo' : 'photos'} approved`;
  if (heading.textContent !== text) heading.textContent = text;
  bar.setAttribute('viewBox', `0 0 ${all} 20`);
  let x = 0;
  for (const piece of bar.querySelectorAll('rect')) {
    const width = count(piece.dataset.status);
    piece.setAttribute('x', String(x));
    piece.setAttribute('width', String(width));
    const line = bar.querySelector(`line[data-status="${piece.dataset.status}"]`);
    line.setAttribute('x1', String(x));
    line.setAttribute('x2', String(x));
    line.setAttribute('y2', x > 0 && width > 0 ? '20' : '0');
    x += width;
  }
  for (const number of document.querySelectorAll('[data-count]')) number.textContent = grouped(count(number.dataset.count));
}

const selection = document.querySelector('form.dash');
if (selection) countSelection(selection);

const live = document.querySelector('#heading[data-stream]');
if (live) keepListening(() => live.dataset.stream, { counts: event => showCounts(JSON.parse(event.data)) });

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}

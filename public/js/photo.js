// The page works without this file. It shows the chosen photo at once, sends it to be checked without another press, and waits for the checks.

const most = 15 * 1024 * 1024;

/** Draws the middle of the chosen picture, without giving it an address. What the browser cannot draw (HEIC, mostly) is simply not shown yet. */
async function show(file) {
  const figure = document.querySelector('[data-photo-figure]');
  if (!figure) return;
  try {
    const picture = await createImageBitmap(file);
    const canvas = figure.querySelector('canvas');
    const scale = Math.max(canvas.width / picture.width, canvas.height / picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    canvas.getContext('2d').drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    picture.close();
    figure.hidden = false;
  } catch {
    figure.hidden = true;
  }
}

function chosen(event) {
  const input = event.target;
  const [file] = input.files;
  if (!file) return;
  const status = input.form.querySelector('[data-photo-status]');
  for (const other of input.form.querySelectorAll('input[type="file"]')) if (other !== input) other.value = '';
  if (file.size > most) {
    status.textContent = 'This photo is larger than 15 MB. Choose a smaller one.';
    input.value = '';
    return;
  }
  status.textContent = 'On its way to be checked. Nothing goes to the school yet.';
  void show(file);
  input.form.requestSubmit();
}

/** Asks for the page until its checks are done, then puts the new one in the place of the old. */
async function wait() {
  const here = document.querySelector('[data-photo-state="checking"]');
  if (!here) return;
  await new Promise(resolve => setTimeout(resolve, 500));
  const answer = await fetch(here.dataset.here).catch(() => null);
  const next = answer?.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main') : null;
  if (!next?.querySelector('[data-photo-state="checking"]')) {
    if (!next) return void setTimeout(wait, 3000);
    const main = document.querySelector('main');
    main.replaceChildren(...next.childNodes);
    listen();
    // Read out where a screen reader is used; the page did not change its address.
    const heading = main.querySelector('h1');
    heading.tabIndex = -1;
    heading.focus();
    return;
  }
  const progress = next.querySelector('[data-photo-progress]');
  if (progress) document.querySelector('[data-photo-progress]').replaceWith(progress);
  await wait();
}

function listen() {
  for (const input of document.querySelectorAll('[data-photo] input[type="file"]')) input.addEventListener('change', chosen);
}

listen();
void wait();

/** A button that shows what is typed into a password field, for those who want to see it. Without a script there is none. */
for (const input of document.querySelectorAll('input[type=password][data-show]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'btn btn--quiet show-password';
  button.textContent = input.dataset.show;
  button.setAttribute('aria-controls', input.id);
  const show = shown => {
    input.type = shown ? 'text' : 'password';
    button.textContent = shown ? input.dataset.hide : input.dataset.show;
  };
  button.addEventListener('click', () => show(input.type === 'password'));
  // What is sent, kept or shown again by a browser is a password, never plain text.
  input.form.addEventListener('submit', () => show(false));
  window.addEventListener('pagehide', () => show(false));
  input.after(button);
}

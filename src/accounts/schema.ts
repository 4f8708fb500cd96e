import { z } from 'zod';
import { plainText, tickbox } from '../web/form.ts';

export const SignInForm = z.strictObject({
  email: plainText('Enter your e-mail address')
    .refine(text => text.trim() !== '', 'Enter your e-mail address')
    .refine(text => text.length <= 320, 'This is too long for an e-mail address'),
  password: plainText('Enter your password')
    .refine(text => text !== '', 'Enter your password')
    .refine(text => text.length <= 1000, 'This is longer than any password here'),
  shared: tickbox,
});

// Without what separates, quotes or hides: a mail program would read two addresses where a person reads one.
const addressPart = '[^\\s@<>()\\[\\]\\\\,;:"\\p{C}]';
// A label holds no dot: otherwise each dot could be read in two ways, and an address of thirty dots would stop the program for hours.
const label = addressPart.replace('\\s', '\\s.');
const addressShape = new RegExp(`^${addressPart}+@(?:${label}+\\.)+${label}{2,}$`, 'u');

/** One address that a mail can go to: nothing in it that a mail program would read as a second one. */
export const emailAddress = plainText('Enter your e-mail address')
  .transform(text => text.normalize('NFKC').trim())
  .refine(text => text !== '', 'Enter your e-mail address')
  .refine(text => text === '' || (text.length <= 254 && addressShape.test(text)), 'Enter one e-mail address, like name@example.org');

/** What is no token at all is told in the same words as one that opens nothing. */
export const ConfirmParams = z.object({ token: z.string() });
export const ConfirmForm = z.strictObject({});

export const AppearanceForm = z.strictObject({
  theme: z.enum(['device', 'light', 'dark']),
  here: plainText('').optional(),
});

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

export const AppearanceForm = z.strictObject({
  theme: z.enum(['device', 'light', 'dark']),
  here: plainText('').optional(),
});

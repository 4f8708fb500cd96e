import { z } from 'zod';
import { emailAddress, passwordProblem, SignInForm } from '../accounts/index.ts';
import { idField, plainText } from '../web/form.ts';
import { CodeForm } from './schema.ts';

/** Asked for until it was right in this browser; a page that was open before may still send it. */
const code = (proved: boolean) => (proved ? plainText('').optional() : CodeForm.shape.code);

const newPassword = plainText('Choose a password').superRefine((text, context) => {
  const message = text === '' ? 'Choose a password' : passwordProblem(text, []);
  if (message !== null) context.addIssue({ code: 'custom', message });
});

export const joinForm = (proved: boolean) => z.strictObject({ submission: idField<string>(), code: code(proved), email: emailAddress, password: newPassword });

export const connectForm = (proved: boolean) => SignInForm.extend({ code: code(proved) });

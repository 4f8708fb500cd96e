import { z } from 'zod';
import { plainText } from '../../web/form.ts';

export const LockForm = z.strictObject({ here: z.string().optional() });
export const LockQuery = z.object({ here: z.string().optional() });

const digits = (missing: string) =>
  plainText(missing)
    .transform(text => text.replace(/\s/g, ''))
    .refine(text => /^\d{6}$/.test(text), missing);

/** One of the two is asked for: the PIN, or the password where no PIN was ever set. */
export const UnlockForm = z.strictObject({
  pin: digits('Enter the six digits of your PIN').optional(),
  password: plainText('Enter your password')
    .refine(text => text !== '', 'Enter your password')
    .refine(text => text.length <= 1000, 'This is longer than any password here')
    .optional(),
  here: z.string().optional(),
});

/** What anyone would try first: one digit six times, or digits in a row. */
const guessable = (pin: string): boolean => /^(\d)\1{5}$/.test(pin) || '01234567890'.includes(pin) || '09876543210'.includes(pin) || /^(\d\d)\1\1$/.test(pin);

export const PinForm = z
  .strictObject({
    password: plainText('Enter your password')
      .refine(text => text !== '', 'Enter your password')
      .refine(text => text.length <= 1000, 'This is longer than any password here'),
    pin: digits('Enter six digits').refine(pin => !guessable(pin), 'Choose digits that are harder to guess than a row or a repeat'),
    again: digits('Enter the six digits once more'),
  })
  .refine(({ pin, again }) => pin === again, { path: ['again'], message: 'The two PINs are not the same' });

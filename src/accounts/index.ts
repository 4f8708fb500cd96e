export { hashPassword } from './passwords.ts';
export { addressHash } from './sign-in.ts';

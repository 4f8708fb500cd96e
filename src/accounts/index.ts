export { confirmPassword } from './confirm-password.ts';
export { explainRefusal } from './explain-refusal.ts';
export { openSession } from './open-session.ts';
export { passwordProblem } from './password-rules.ts';
export { hashPassword, passwordMatches } from './passwords.ts';
export { type AccountRequest, findRequest, requestAccount } from './request-account.ts';
export { emailAddress, SignInForm } from './schema.ts';
export { addressHash, signIn } from './sign-in.ts';
export { giveParent } from './give-parent.ts';

/**
 * What the domain may refuse. A message is shown to the person, so it is a whole sentence in plain words.
 * An expected outcome is a return value; these end the action, and its transaction with it.
 */
abstract class Refusal extends Error {}

/** Not there, or not theirs: the two are never told apart. */
export class NotFound extends Refusal {}

/** A link from a school that opens nothing: unknown, expired, revoked or burnt are never told apart. */
export class DeadLink extends NotFound {}

/** They may see it and may not do this to it. */
export class Forbidden extends Refusal {}

/** Someone or something came first. */
export class Conflict extends Refusal {}

/** It was there and its time has passed. */
export class Gone extends Refusal {}

/** Too often. `retryAt` is when it may be tried again. */
export class TooMany extends Refusal {
  readonly retryAt: Date;
  constructor(message: string, retryAt: Date) {
    super(message);
    this.retryAt = retryAt;
  }
}

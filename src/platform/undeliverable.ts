/** A mail or SMS that trying again will not deliver: no such address, a number that takes none. The message says why and names nobody. */
export class Undeliverable extends Error {}

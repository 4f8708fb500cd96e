/** "Theo, 1B"; a child without a class is the name alone. */
export const withClass = (name: string, className: string | null): string => (className === null ? name : `${name}, ${className}`);

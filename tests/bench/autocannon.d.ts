/** What this benchmark uses of autocannon, which ships no types of its own. */
declare module 'autocannon' {
  type Prepared = { method: string; path: string; headers: Record<string, string>; body?: string | undefined };
  type Options = {
    url: string;
    connections: number;
    duration: number;
    /** How often it looks whether the time is over, in milliseconds. */
    sampleInt: number;
    requests: { setupRequest: (request: Prepared) => Prepared }[];
  };
  type Result = { requests: { total: number }; duration: number; errors: number; timeouts: number; statusCodeStats: Record<string, { count: number }> };
  export default function autocannon(options: Options): Promise<Result>;
}

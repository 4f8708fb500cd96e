/** What a page says, as a person or a script would look at it. */
export type Answer = { status: number; headers: Headers; body: string; location: string | null };

type Fields = Record<string, string | string[]>;
export type SentFile = { field: string; name: string; type: string; bytes: Buffer };

/**
 * A browser without a screen: keeps cookies, sends what a browser sends, and fills in the form that stands on the page,
 * so that a field missing from a template fails the test.
 */
export class Client {
  readonly base: string;
  readonly cookies = new Map<string, string>();
  page: Answer = { status: 0, headers: new Headers(), body: '', location: null };

  constructor(base: string) {
    this.base = base;
  }

  /** As a browser sends it, for a request that this one cannot make. */
  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async request(method: string, at: string, options: { headers?: Record<string, string>; body?: string | FormData } = {}): Promise<Answer> {
    const { cookie } = this;
    const response = await fetch(new URL(at, this.base), {
      method,
      redirect: 'manual',
      headers: { ...(cookie ? { cookie } : {}), 'sec-fetch-site': 'same-origin', ...options.headers },
      ...(options.body === undefined ? {} : { body: options.body }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (/Expires=Thu, 01 Jan 1970|Max-Age=0/i.test(line)) this.cookies.delete(name!);
      else this.cookies.set(name!, value!);
    }
    this.page = { status: response.status, headers: response.headers, body: await response.text(), location: response.headers.get('location') };
    return this.page;
  }

  get(at: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.request('GET', at, { headers });
  }

  post(at: string, fields: Fields, headers: Record<string, string> = {}): Promise<Answer> {
    return this.request('POST', at, { headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, body: encode(fields).toString() });
  }

  upload(at: string, fields: Fields, files: SentFile[]): Promise<Answer> {
    const form = new FormData();
    for (const [name, value] of encode(fields)) form.append(name, value);
    for (const file of files) form.append(file.field, new Blob([new Uint8Array(file.bytes)], { type: file.type }), file.name);
    return this.request('POST', at, { body: form });
  }

  /** Fills in and sends the form of the current page whose action begins like this. Fields that the page does not have are an error. */
  submit(action: string, values: Fields = {}, files?: SentFile[]): Promise<Answer> {
    const { address, fields, names } = this.form(action);
    for (const name of Object.keys(values)) if (!names.has(name)) throw new Error(`the form ${action} has no field ${name}`);
    const filled = { ...fields, ...values };
    return files ? this.upload(address, filled, files) : this.post(address, filled);
  }

  /** The form of the current page as a browser would send it untouched. */
  form(action: string): { address: string; fields: Fields; names: Set<string> } {
    for (const [, attributes, inside] of this.page.body.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)) {
      const address = attribute(attributes!, 'action') ?? '';
      if (attribute(attributes!, 'method') !== 'post' || !address.startsWith(action)) continue;
      const fields: Fields = {};
      const names = new Set<string>();
      const add = (name: string, value: string) => {
        const before = fields[name];
        fields[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
      };
      for (const [tag] of inside!.matchAll(/<input\b[^>]*>/g)) {
        const name = attribute(tag, 'name');
        if (name === null) continue;
        names.add(name);
        const type = attribute(tag, 'type') ?? 'text';
        const chosen = /\schecked\b/.test(tag);
        if (type === 'file' || ((type === 'checkbox' || type === 'radio') && !chosen)) continue;
        add(name, attribute(tag, 'value') ?? '');
      }
      for (const [, attributesOf, text] of inside!.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/g)) {
        const name = attribute(attributesOf!, 'name')!;
        names.add(name);
        add(name, decode(text!.replace(/^\n/, '')));
      }
      for (const [, attributesOf, options] of inside!.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/g)) {
        const name = attribute(attributesOf!, 'name')!;
        names.add(name);
        const list = [...options!.matchAll(/<option\b([^>]*)>/g)].map(([, option]) => option!);
        const option = list.find(one => /\sselected\b/.test(one)) ?? list[0];
        if (option !== undefined) add(name, attribute(option, 'value') ?? '');
      }
      for (const [tag] of inside!.matchAll(/<button\b[^>]*>/g)) {
        const name = attribute(tag, 'name');
        if (name) names.add(name);
      }
      return { address: decode(address), fields, names };
    }
    throw new Error(`no form that posts to ${action} on this page:\n${this.text().slice(0, 400)}`);
  }

  /** What the page says, without its tags. */
  text(): string {
    const main = /<main[\s\S]*<\/main>/.exec(this.page.body)?.[0] ?? this.page.body;
    return decode(main.replace(/<svg[\s\S]*?<\/svg>/g, ' ').replace(/<[^>]*>/g, ' '))
      .replace(/\s+/g, ' ')
      .trim();
  }
}

const encode = (fields: Fields): URLSearchParams => {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) for (const one of Array.isArray(value) ? value : [value]) form.append(name, one);
  return form;
};

const attribute = (tag: string, name: string): string | null => {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag);
  return found ? decode(found[1]!) : null;
};

const decode = (text: string): string => text.replace(/&#34;/g, '"').replace(/&#39;/g, "'").replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

export type Option = { value: string; label: string; chosen: boolean };

export type Field = { id: string; label: string; hint: string | null; value: string; type: 'text' | 'email' | 'tel'; error: string | null };

declare module '../web/render.ts' {
  interface Views {
    'schools/_fields': Field[];
  }
}

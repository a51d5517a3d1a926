import type { Answer } from './harness.ts';

/** Answers of a subscription, as GraphQL over SSE sends them. */
export async function* openEvents(
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  signal?: AbortSignal,
  credentials: Readonly<Record<string, string>> = {},
): AsyncGenerator<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...credentials,
    },
    body: JSON.stringify({ query, variables }),
    ...(signal && { signal }),
  });
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) {
    throw new Error(`no events: ${response.status} ${await response.text()}`);
  }
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = text.slice(0, end);
      text = text.slice(end + 2);
      if (event.startsWith('event: complete')) return;
      const [, data] = /^event: next\ndata: (.*)$/m.exec(event) ?? [];
      if (data !== undefined) yield JSON.parse(data);
    }
  }
}

/** All answers of a subscription that ends by itself. */
export async function fetchEvents(
  url: string,
  query: string,
  variables?: Readonly<Record<string, unknown>>,
): Promise<Answer[]> {
  const events: Answer[] = [];
  for await (const event of openEvents(url, query, variables)) events.push(event);
  return events;
}

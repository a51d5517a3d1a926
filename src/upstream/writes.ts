import type { GatewayError } from '../errors.ts';
import type { ActionInput, ActionOutput, WriteName } from './actions.ts';

/** What is told of one call beside its answer. */
export interface CallTrace {
  /** The id that AWS gave the request. */
  requestId?: string;
}

/** How a write ended. */
export type WriteEnd =
  | {
      readonly kind: 'DONE';
      readonly output: object;
      readonly awsRequestId: string | null;
      /** Its answer was lost, and reading back showed that it had been made. */
      readonly replayed: boolean;
    }
  | { readonly kind: 'REFUSED' | 'FAILED' | 'UNKNOWN'; readonly error: GatewayError };

/** Keeps account of the writes of an operation. */
export interface WriteRecorder {
  /** Called before a write is sent, and before the cache forgets what it touches; may refuse it. */
  begin<Name extends WriteName>(action: Name, input: ActionInput<Name>): Promise<RecordedWrite>;
}

/** A write that is on record and has not ended. */
export interface RecordedWrite {
  /** Never rejects. */
  end(end: WriteEnd): Promise<void>;
}

/** What reading back shows of a write whose answer was lost. */
export type Verdict<Name extends WriteName> =
  /** It is as the write would have left it; what its answer would have told. */
  | { readonly kind: 'made'; readonly output: ActionOutput<Name> }
  /** It is as before; the write may be sent again. */
  | { readonly kind: 'not-made' }
  /** Somebody else's is there. */
  | { readonly kind: 'refused'; readonly error: GatewayError }
  /** It changed meanwhile, by the write or by somebody else. */
  | { readonly kind: 'unclear' };

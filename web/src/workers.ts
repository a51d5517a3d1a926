import EditorWorker from 'monaco-editor/esm/vs/editor/editor.worker.js?worker';
import JsonWorker from 'monaco-editor/esm/vs/language/json/json.worker.js?worker';
import GraphQLWorker from 'monaco-graphql/esm/graphql.worker.js?worker';

const workerByLanguage: Readonly<Record<string, new () => Worker>> = {
  graphql: GraphQLWorker,
  json: JsonWorker,
};

/** Tells Monaco where its workers are: files of this page, so `worker-src 'self'` is enough. */
export function installWorkers(): void {
  Object.assign(globalThis, {
    MonacoEnvironment: {
      getWorker(_id: string, language: string): Worker {
        return new (workerByLanguage[language] ?? EditorWorker)();
      },
    },
  });
}

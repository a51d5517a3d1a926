import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { createLocalStorage } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { examples, variablesText } from './examples.ts';
import { examplesPlugin } from './examplesPlugin.tsx';
import { sendOperation } from './fetcher.ts';
import iconUrl from './icon.svg';
import { installWorkers } from './workers.ts';

const plugins = [examplesPlugin, HISTORY_PLUGIN];
const defaultTabs = examples.map((example) => ({
  query: example.query,
  variables: variablesText(example),
}));

/** Tabs of another GraphiQL that was served at the same host and port stay out of this page. */
const storage = createLocalStorage({ namespace: 'iotgw' });

function Page() {
  return (
    <>
      <header className="page-header">
        <img src={iconUrl} alt="" />
        <h1>IoT provisioning gateway</h1>
        <p>AWS IoT provisioning templates and CA certificates, joined in both directions</p>
        <nav>
          <a href="schema.graphql">Schema</a>
        </nav>
      </header>
      <main className="page-editor">
        <GraphiQL
          fetcher={sendOperation}
          defaultTabs={defaultTabs}
          defaultEditorToolsVisibility="variables"
          plugins={plugins}
          storage={storage}
          inputValueDeprecation
          schemaDescription
        >
          <GraphiQL.Logo>{null}</GraphiQL.Logo>
        </GraphiQL>
      </main>
    </>
  );
}

installWorkers();
const container = document.getElementById('page');
if (container !== null) createRoot(container).render(<Page />);

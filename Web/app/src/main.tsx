import './styles.js';
import { MantineProvider } from '@mantine/core';
import { createRoot } from 'react-dom/client';
import { App } from './page/app.js';
import { Speaking } from './page/context.js';
import { Gate } from './page/gate.js';
import { PageState } from './page/page-state.js';

const state = new PageState();
state.start();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  // Styles that Mantine would write into the document are not allowed by the policy of the page: those of the default theme are in its files.
  <MantineProvider defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
    <Speaking>
      <Gate state={state}>
        <App state={state} />
      </Gate>
    </Speaking>
  </MantineProvider>,
);

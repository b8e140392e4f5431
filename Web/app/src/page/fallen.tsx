import { Alert, Button, Group, Text } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { useTexts } from './context.js';

type Properties = { readonly children: ReactNode };
type State = { readonly failure: unknown };

/**
 * Keeps the rest of the page when a part of it can't be shown: mostly because its script could not be loaded, as the server was away or
 * is of another version by now. A part that could not be loaded once is not asked for again by React; a new page asks.
 */
export class Fallen extends Component<Properties, State> {
  override state: State = { failure: undefined };

  static getDerivedStateFromError(failure: unknown): State {
    return { failure };
  }

  override render(): ReactNode {
    return this.state.failure === undefined ? this.props.children : <Notice />;
  }
}

function Notice(): ReactNode {
  const texts = useTexts();
  return (
    <Alert color="red" role="alert" className="fallen">
      <Group justify="space-between">
        <Text size="sm">{texts('page.fallen')}</Text>
        <Button size="compact-sm" variant="default" onClick={() => location.reload()}>{texts('page.reload')}</Button>
      </Group>
    </Alert>
  );
}

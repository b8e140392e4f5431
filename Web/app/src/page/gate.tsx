import { Alert, Button, Container, Paper, Text, TextInput, Title } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { logIn, needsKey, type Login } from '../api/session.js';
import { useStore, useTexts } from './context.js';
import type { PageState } from './page-state.js';

/** The page, or the question for a key where the server wants one. */
export function Gate({ state, children }: { readonly state: PageState; readonly children: ReactNode }): ReactNode {
  const live = useStore(state.live);
  const [isShut, setIsShut] = useState(false);
  useEffect(() => {
    // Whatever is refused for want of a key shows here first: the list can't be read, or the connection is lost.
    if (live === 'unread' || live === 'down') void needsKey().then((isNeeded) => isNeeded && setIsShut(true));
  }, [live]);
  return isShut ? <LoginForm /> : children;
}

function LoginForm(): ReactNode {
  const texts = useTexts();
  const [key, setKey] = useState('');
  const [refused, setRefused] = useState<Exclude<Login, 'in'>>();
  const submit = async (): Promise<void> => {
    setRefused(undefined);
    const answer = await logIn(key.trim());
    // Everything that was asked for before has to be asked for again.
    if (answer === 'in') location.reload();
    else setRefused(answer);
  };
  return (
    <Container size="xs" component="main" className="page">
      <Paper
        component="form" withBorder p="lg" mt="xl" radius="md"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Title order={1} size="h3" mb="md">{texts('page.title')}</Title>
        <TextInput
          type="password" name="key" autoComplete="current-password" required withAsterisk={false} autoFocus maxLength={256}
          label={texts('login.key')} value={key} onChange={(event) => setKey(event.currentTarget.value)}
        />
        <Text size="sm" c="dimmed" mt="xs">{texts('login.hint')}</Text>
        {refused !== undefined && <Alert color="red" role="alert" mt="sm" py="xs">{texts(refused === 'silent' ? 'server.silent' : `login.${refused}`)}</Alert>}
        <Button type="submit" mt="md">{texts('login.submit')}</Button>
      </Paper>
    </Container>
  );
}

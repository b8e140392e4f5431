import { Button, NativeSelect, Text, TextInput, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ask, Refused, tell } from '../api/server.js';
import { readKeys, readNewKey, roles, type Key } from '../api/system.js';
import { legible } from '../texts/format.js';
import { isText, type Texts } from '../texts/translate.js';
import { useTexts } from './context.js';
import type { PageState } from './page-state.js';
import { when } from './task-words.js';
import { useAnswer } from './use-answer.js';

const everyMs = 60_000;
const longestName = 100;

/** The keys of the door, for those who may see them: for all others there is nothing here. */
export function KeysPanel({ state }: { readonly state: PageState }): ReactNode {
  const texts = useTexts();
  const { value: keys, refusal, again } = useAnswer(state, '/keys', readKeys, everyMs);
  const [name, setName] = useState('');
  const [role, setRole] = useState<(typeof roles)[number]>('submitter');
  const [made, setMade] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [revoking, setRevoking] = useState<string>();
  if (keys === undefined || refusal?.status !== undefined) return null;

  const run = async (work: () => Promise<void>): Promise<void> => {
    setProblem(undefined);
    setMade(undefined);
    try {
      await work();
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown;
      setProblem(thrown.detail ?? texts('server.silent'));
    }
    setRevoking(undefined);
    again();
  };
  const make = (): Promise<void> =>
    run(async () => {
      const { key } = await ask('/keys', readNewKey, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name, role }) });
      setMade(key);
      setName('');
    });
  return (
    <section className="panel">
      <Title order={2} size="h5" className="panel-title">{texts('key.title')}<span className="count">{keys.filter(({ revokedAt }) => revokedAt === null).length}</span></Title>
      <form className="key-form" onSubmit={(event) => (event.preventDefault(), void make())}>
        <TextInput size="xs" required withAsterisk={false} maxLength={longestName} label={texts('key.name')} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <NativeSelect
          size="xs" label={texts('key.role')} value={role} data={roles.map((value) => ({ value, label: texts(`role.${value}`) }))}
          onChange={(event) => setRole(roles.find((one) => one === event.currentTarget.value) ?? 'viewer')}
        />
        <Button type="submit" size="xs">{texts('key.make')}</Button>
      </form>
      {problem !== undefined && <Text size="sm" role="alert" className="failure">{problem}</Text>}
      {made !== undefined && (
        <div className="notice-line again" role="status">
          <div><Text size="sm">{texts('key.once')}</Text><code className="made-key">{made}</code></div>
        </div>
      )}
      {keys.length > 0 && (
        <table className="plain stacked">
          <thead><tr>{(['name', 'role', 'made', 'used'] as const).map((column) => <th key={column} scope="col">{texts(`key.${column}`)}</th>)}<th scope="col"><span className="unseen">{texts('key.revoke')}</span></th></tr></thead>
          <tbody>
            {keys.map((key) => (
              <tr key={key.id} className={key.revokedAt === null ? undefined : 'left-out'}>
                <th scope="row" data-label={texts('key.name')} className="breakable" dir="auto">{legible(key.name)}</th>
                <td data-label={texts('key.role')}>{roleOf(key, texts)}</td>
                <td data-label={texts('key.made')}>{when(key.createdAt, texts)}</td>
                <td data-label={texts('key.used')}>{key.lastUsedAt === null ? texts('key.never') : when(key.lastUsedAt, texts)}</td>
                <td>
                  {key.revokedAt !== null && texts('key.revoked', { time: when(key.revokedAt, texts) })}
                  {key.revokedAt === null && revoking !== key.id && (
                    <Button size="compact-xs" variant="default" aria-label={texts('task.named', { action: texts('key.revoke'), name: legible(key.name) })} onClick={() => setRevoking(key.id)}>{texts('key.revoke')}</Button>
                  )}
                  {key.revokedAt === null && revoking === key.id && (
                    <Button size="compact-xs" color="red" onClick={() => void run(() => tell(`/keys/${encodeURIComponent(key.id)}`, { method: 'DELETE' }))}>{texts('key.sure')}</Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function roleOf({ role }: Key, texts: Texts): string {
  const key = `role.${role.toLowerCase()}`;
  return isText(key) ? texts(key) : legible(role);
}

import { useState, type ReactNode } from 'react';
import type { Task } from '../api/task.js';
import { Icon } from './icons.js';

/** The first picture of a task. Its address changes with the number of pictures, so that a browser may keep it. */
export function Thumbnail({ task }: { readonly task: Pick<Task, 'infohash' | 'shots_stored'> }): ReactNode {
  const address = `/tasks/${task.infohash}/thumbnail.jpg?v=${task.shots_stored}`;
  const [missing, setMissing] = useState<string>();
  return (
    <span className="thumbnail">
      {task.shots_stored > 0 && missing !== address
        ? <img src={address} alt="" decoding="async" draggable={false} onError={() => setMissing(address)} />
        : <Icon name="film" size={16} />}
    </span>
  );
}

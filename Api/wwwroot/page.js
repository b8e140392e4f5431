// The first page: add, watch, look, pause, delete. Text reaches the document by textContent only: names come from strangers.

import { connect } from '/status-client.js';
import { Deleted, isOlder } from '/task-order.js';

const WORDS = {
  Pending: 'Waiting for a worker',
  Fetching: 'Fetching metadata',
  Screenshotting: 'Taking screenshots',
  Downloading: 'Downloading',
  Transcoding: 'Transcoding',
  Playable: 'Playable',
  Completed: 'Done',
  Failed: 'Failed',
  Paused: 'Paused',
};
const ENDED = ['Completed', 'Playable', 'Failed'];
const SUBMITS_AT_ONCE = 4;

const byId = id => document.getElementById(id);
const list = byId('tasks');

/** What is shown, by infohash. @type {Map<string, Card>} */
const cards = new Map();
const deleted = new Deleted();
let nextCursor = null;

class Card {
  #task = null;
  #shown = -1; // pictures on the page
  #loading = false;
  #isVisible = false;

  constructor() {
    this.element = byId('task').content.firstElementChild.cloneNode(true);
    this.element.card = this;
    this.part('.delete').onclick = () => this.#delete();
    this.part('.pause').onclick = () => this.#ask(this.#task.state === 'Paused' ? '/resume' : '/pause');
    this.part('.retry').onclick = () => this.#ask('/retry');
  }

  get task() {
    return this.#task;
  }

  part(selector) {
    return this.element.querySelector(selector);
  }

  /** Takes a representation, whole or only its head; an older one than is shown changes nothing. */
  update(task) {
    if (isOlder(task, this.#task)) {
      return;
    }

    this.#task = { ...this.#task, ...task };
    const { name, infohash, state, status, progress, failure } = this.#task;
    this.part('h2').textContent = name ?? infohash;
    this.part('h2').title = infohash;
    const word = this.part('.state');
    word.textContent = status === 'recoverable_failure' && state !== 'Failed' ? 'Will try again' : WORDS[state] ?? state;
    word.className = `state ${status}`;
    const bar = this.part('progress');
    bar.hidden = status !== 'working';
    bar.setAttribute('aria-label', `Progress of ${name ?? infohash}`);
    if (progress === null) {
      bar.removeAttribute('value');
    } else {
      bar.value = progress;
    }

    this.part('.facts').textContent = facts(this.#task);
    const sentence = this.part('.failure');
    sentence.hidden = !failure || status === 'success';
    sentence.className = failure?.retry_at ? 'failure again' : 'failure';
    sentence.textContent = failure ? describe(failure) : '';
    this.#showButtons(name ?? infohash);
    this.#loadPictures();
  }

  #showButtons(name) {
    const { state, failure } = this.#task;
    const [pause, retry] = [this.part('.pause'), this.part('.retry')];
    const focused = document.activeElement;
    pause.textContent = state === 'Paused' ? 'Resume' : 'Pause';
    pause.hidden = ENDED.includes(state);
    retry.textContent = failure?.retry_at ? 'Try now' : 'Try again';
    retry.hidden = !failure || !(ENDED.includes(state) || failure.retry_at);
    this.element.querySelectorAll('.row button').forEach(button => button.setAttribute('aria-label', `${button.textContent} ${name}`));
    // Who works by keyboard stays at this task when the button pressed goes away.
    if (focused?.hidden && this.element.contains(focused)) {
      this.element.querySelector('.row button:not([hidden])').focus();
    }
  }

  /** @returns whether it was granted */
  async #ask(path, method = 'POST') {
    const refusal = this.part('.refusal');
    refusal.hidden = true;
    const { answer, problem } = await request(`/tasks/${this.#task.infohash}${path}`, { method });
    if (problem) {
      refusal.textContent = problem;
      refusal.hidden = false;
    } else if (answer) {
      this.update(answer);
    }

    return problem === null;
  }

  set isVisible(value) {
    this.#isVisible = value;
    this.#loadPictures();
  }

  /** Pictures of cards that nobody looks at are not asked for. */
  async #loadPictures() {
    const wanted = this.#task.shots_stored;
    if (!this.#isVisible || this.#loading || this.#shown === wanted) {
      return;
    }

    this.#loading = true;
    try {
      const base = `/tasks/${this.#task.infohash}`;
      const pictures = wanted > 0 ? await read(`${base}/screenshots`) : [];
      const files = new Set(pictures.map(picture => picture.file)).size > 1 ? await read(`${base}/files`) : [];
      this.#show(pictures, new Map(files.map(file => [file.index, file.path])));
      // What is stored may be more by now than the number that made us look.
      this.#shown = wanted;
    } catch {
      // Deleted meanwhile, or the server is away: the next change asks again.
    } finally {
      this.#loading = false;
    }

    if (this.#shown === wanted) {
      this.#loadPictures();
    }
  }

  #show(pictures, paths) {
    const box = this.part('.pictures');
    const known = new Map([...box.querySelectorAll('a')].map(link => [link.getAttribute('href'), link]));
    const content = [];
    let file = null;
    for (const picture of pictures) {
      if (paths.size > 0 && picture.file !== file) {
        const title = document.createElement('h3');
        title.textContent = paths.get(picture.file) ?? `File ${picture.file}`;
        content.push(title);
        file = picture.file;
      }

      content.push(known.get(picture.url) ?? thumbnail(picture));
    }

    box.replaceChildren(...content);
  }

  async #delete() {
    const dialog = byId('confirm');
    dialog.querySelector('p').textContent = this.#task.name ?? this.#task.infohash;
    dialog.returnValue = '';
    dialog.onclose = async () => {
      if (dialog.returnValue === 'delete' && await this.#ask('', 'DELETE')) {
        remove(this.#task.infohash);
      }
    };
    dialog.showModal();
  }
}

function thumbnail(picture) {
  const time = clock(picture.keyframe_time_s);
  const link = document.createElement('a');
  link.href = picture.url;
  const image = document.createElement('img');
  image.src = picture.url;
  image.alt = `Picture at ${time}`;
  image.loading = 'lazy';
  const label = document.createElement('span');
  label.textContent = time;
  link.append(image, label);
  link.onclick = event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }

    event.preventDefault();
    const viewer = byId('viewer');
    viewer.querySelector('img').src = picture.url;
    viewer.querySelector('img').alt = image.alt;
    viewer.querySelector('span').textContent = `${time} · ${picture.width} × ${picture.height}${picture.verified ? ' · verified' : ''}`;
    viewer.showModal();
  };
  return link;
}

function facts(task) {
  const parts = [];
  if (task.size_bytes !== null) {
    parts.push(bytes(task.size_bytes));
  }

  parts.push(`${task.shots_stored}${task.shots_wanted === null ? '' : `/${task.shots_wanted}`} shots`);
  if (task.bytes_fetched > 0) {
    parts.push(`${bytes(task.bytes_fetched)} fetched`);
  }

  if (task.status === 'working') {
    parts.push(`${task.peers} ${task.peers === 1 ? 'peer' : 'peers'}`, `${bytes(task.down_bytes_per_second)}/s`);
  }

  return parts.join(' · ');
}

function describe(failure) {
  const again = failure.retry_at ? ` Next attempt at ${new Date(failure.retry_at).toLocaleTimeString()}.` : '';
  return `${failure.message ?? failure.kind}${again}`;
}

function bytes(count) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(count) / 10));
  const value = count / 1024 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${units[power]}`;
}

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = number => String(number).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  return `${hours > 0 ? `${hours}:` : ''}${hours > 0 ? two(Math.floor(whole / 60) % 60) : Math.floor(whole / 60)}:${two(whole % 60)}`;
}

// The list

const watcher = new IntersectionObserver(entries => entries.forEach(entry => {
  entry.target.card.isVisible = entry.isIntersecting;
}), { rootMargin: '200px' });

function upsert(task, place) {
  if (deleted.has(task)) {
    return;
  }

  let card = cards.get(task.infohash);
  if (!card) {
    card = new Card();
    cards.set(task.infohash, card);
    if (place === 'end') {
      list.append(card.element);
    } else {
      list.prepend(card.element);
    }

    watcher.observe(card.element);
  }

  card.update(task);
  byId('empty').hidden = true;
}

function remove(infohash) {
  const card = cards.get(infohash);
  if (card) {
    deleted.add(card.task);
    watcher.unobserve(card.element);
    card.element.remove();
    cards.delete(infohash);
  }

  byId('empty').hidden = cards.size > 0;
}

async function read(path) {
  const response = await fetch(path);
  if (!response.ok) {
    throw new Error(`${response.status}`);
  }

  return response.json();
}

async function readFirst() {
  // What is pushed while the list is on its way is not in it.
  const before = [...cards.keys()];
  const page = await read('/tasks/?limit=50');
  const there = new Set(page.tasks.map(task => task.infohash));
  // A list that was read to its end says which tasks are gone; a longer one is trusted to the hub.
  if (page.next_cursor === null) {
    before.filter(infohash => !there.has(infohash)).forEach(remove);
  }

  // Those that came while there was no connection are newer than all that is shown.
  const isFirst = cards.size === 0;
  (isFirst ? page.tasks : page.tasks.toReversed()).forEach(task => upsert(task, isFirst ? 'end' : 'start'));
  byId('empty').hidden = cards.size > 0;
  setCursor(page.next_cursor);
}

function setCursor(cursor) {
  nextCursor = cursor;
  byId('more').hidden = cursor === null;
}

byId('more').firstElementChild.onclick = async () => {
  const page = await read(`/tasks/?limit=50&cursor=${encodeURIComponent(nextCursor)}`);
  page.tasks.forEach(task => upsert(task, 'end'));
  setCursor(page.next_cursor);
};

// Adding

/** @param {{ infohash?: string, magnet?: string, file?: File }[]} sources */
async function submit(sources) {
  const refused = byId('refused');
  refused.replaceChildren();
  const left = [...sources];
  const work = async () => {
    for (let source = left.shift(); source; source = left.shift()) {
      const form = new FormData();
      if (source.file) {
        form.append('torrent_file', source.file);
      } else {
        form.append(source.magnet ? 'magnet' : 'infohash', source.magnet ?? source.infohash);
      }

      form.append('shots', byId('shots').value);
      const problem = await post(form);
      if (problem) {
        const line = document.createElement('li');
        const text = source.file?.name ?? source.magnet ?? source.infohash;
        line.textContent = `${text.length > 60 ? `${text.slice(0, 60)}…` : text}: ${problem}`;
        refused.append(line);
      }
    }
  };
  await Promise.all(Array.from({ length: SUBMITS_AT_ONCE }, work));
}

async function post(form) {
  const { answer, problem } = await request('/tasks/', { method: 'POST', body: form });
  if (answer) {
    upsert(answer, 'start');
  }

  return problem;
}

/** @returns what was answered, if anything was, or one sentence that says why it was refused. */
async function request(path, options) {
  try {
    const response = await fetch(path, options);
    const answer = response.status === 204 ? null : await response.json();
    return response.ok ? { answer, problem: null } : { answer: null, problem: answer.detail ?? answer.title };
  } catch {
    return { answer: null, problem: 'The server does not answer.' };
  }
}

const toSources = text => text.split('\n').map(line => line.trim()).filter(Boolean)
  .map(line => /^magnet:/i.test(line) ? { magnet: line } : { infohash: line });

byId('add').onsubmit = async event => {
  event.preventDefault();
  const lines = byId('lines');
  const sources = toSources(lines.value);
  lines.value = '';
  await submit(sources);
};
byId('files').onchange = async event => {
  const files = [...event.target.files];
  event.target.value = '';
  await submit(files.map(file => ({ file })));
};

// Dropping, anywhere

let depth = 0;
addEventListener('dragenter', event => { event.preventDefault(); depth++; byId('drop').hidden = false; });
addEventListener('dragover', event => event.preventDefault());
addEventListener('dragleave', () => { depth = Math.max(0, depth - 1); byId('drop').hidden = depth === 0; });
addEventListener('drop', event => {
  event.preventDefault();
  depth = 0;
  byId('drop').hidden = true;
  const files = [...event.dataTransfer.files].map(file => ({ file }));
  submit(files.length > 0 ? files : toSources(event.dataTransfer.getData('text')));
});

const viewer = byId('viewer');
viewer.querySelector('button').onclick = () => viewer.close();
viewer.onclick = event => event.target === viewer && viewer.close();

// Live

function say(text, className) {
  const line = byId('connection');
  if (line.textContent !== text) {
    line.textContent = text;
    line.className = className;
  }
}

const refresh = () => readFirst().catch(() => say('The list can’t be read now', 'off'));

// The list does not wait for the connection.
refresh();

// What is for the operator: messages that could not be handled.
async function readErrors() {
  const { broker } = await read('/stats');
  const count = broker.queues.reduce((sum, queue) => sum + queue.errors + queue.skipped, 0);
  const line = byId('errors');
  line.hidden = count === 0 && broker.reachable !== false;
  line.textContent = broker.reachable === false
    ? 'The message broker is away: work goes on when it is back.'
    : `${count} ${count === 1 ? 'message' : 'messages'} could not be handled: see the error queues of the broker.`;
}

const ERRORS_EVERY_MS = 15_000;
const watchErrors = () => readErrors().catch(() => {}).finally(() => setTimeout(watchErrors, ERRORS_EVERY_MS));
watchErrors();
connect('/hubs/status', {
  onUp: () => {
    say('Live', 'on');
    refresh();
  },
  onDown: () => say('No connection, trying again', 'off'),
  on: {
    taskChanged: task => upsert(task, 'start'),
    taskDeleted: infohash => remove(infohash),
  },
});

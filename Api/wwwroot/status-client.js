// The few lines of the SignalR protocol (JSON over WebSocket, no negotiation) that this page needs: the handshake, messages
// that end with 0x1e, pings both ways. It goes when the page with a build step brings @microsoft/signalr.

const END = '\u001e';
const PING_MS = 10_000;
const SILENCE_MS = 35_000; // the server pings every 15 s
const MAX_WAIT_MS = 10_000;

/**
 * Stays connected to a hub until the page goes.
 * @param {string} path
 * @param {{ onUp: () => void, onDown: () => void, on: Record<string, (argument: any) => void> }} handlers
 *   onUp is called after each connect: whatever was pushed in between is lost, so read again.
 */
export function connect(path, handlers) {
  let wait = 250;

  const open = () => {
    const socket = new WebSocket(new URL(path, location.href.replace(/^http/, 'ws')));
    let rest = '';
    let isUp = false;
    let heard = Date.now();

    const send = message => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message) + END);
    const timer = setInterval(() => {
      if (Date.now() - heard > SILENCE_MS) {
        socket.close();
      } else if (isUp) {
        send({ type: 6 });
      }
    }, PING_MS);

    socket.onopen = () => send({ protocol: 'json', version: 1 });
    socket.onmessage = event => {
      heard = Date.now();
      const parts = (rest + event.data).split(END);
      rest = parts.pop();
      for (const message of parts.map(part => JSON.parse(part))) {
        if (!isUp) {
          if (message.error) {
            socket.close();
            return;
          }

          isUp = true;
          wait = 250;
          handlers.onUp();
        } else if (message.type === 1) {
          handlers.on[message.target]?.(...message.arguments);
        } else if (message.type === 7) {
          socket.close();
        }
      }
    };
    socket.onclose = () => {
      clearInterval(timer);
      handlers.onDown();
      setTimeout(open, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, MAX_WAIT_MS);
    };
  };

  open();
}

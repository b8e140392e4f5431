using EventTorrent.NoOpWorker;

await (args is ["table", var connectionString, var worker] ? TableWorker.RunAsync(connectionString, worker) : BusWorker.RunAsync(args));

using EventTorrent.Benchmarks;

return await BenchCommand.InvokeAsync(args);

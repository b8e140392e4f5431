using EventTorrent.Demo;

return await DemoCommand.InvokeAsync(args);

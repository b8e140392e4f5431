using System.CommandLine;
using EventTorrent.AllInOne;
using EventTorrent.AllInOne.Keys;
using EventTorrent.AllInOne.Shots;

var root = new RootCommand("EventTorrent: screenshots of the videos in a torrent without downloading them, and streams of them when asked. Without a command it serves.")
{
    ServeCommand.Create(),
    ShotsCommand.Create(),
    KeysCommand.Create(),
};
ServeCommand.AddTo(root);
return await CommandLine.RunAsync(root, args);

using System.CommandLine;
using EventTorrent.AllInOne;
using EventTorrent.AllInOne.Shots;

var serve = ServeCommand.Create();
var root = new RootCommand("EventTorrent: screenshots of the videos in a torrent, without downloading them.")
{
    serve,
    ShotsCommand.Create(),
};
root.TreatUnmatchedTokensAsErrors = false;
root.SetAction((parsed, cancellationToken) => ServeCommand.RunAsync([.. parsed.UnmatchedTokens], cancellationToken));
return await root.Parse(args).InvokeAsync();

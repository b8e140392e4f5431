using System.Reflection;
using System.Text.RegularExpressions;
using EventTorrent.Contracts;
using EventTorrent.TestKit;

namespace EventTorrent.Hosting.Tests;

/// <summary>docs/operations.md against the code.</summary>
public sealed partial class Operations
{
    [Fact]
    public void The_page_names_options_that_exist_with_the_defaults_that_they_have()
    {
        var options = new[] { typeof(BusRegistration), typeof(Api.ApiBus), typeof(Sagas.SagaBus), typeof(Storage.TorrentDb), typeof(Workers.Screenshot.ScreenshotBus), typeof(Workers.Download.DownloadBus), typeof(Workers.Transcode.TranscodeBus), typeof(Signaling.SignalingBus), typeof(Media.MediaOptions), typeof(Torrents.ITorrentEngine) }
            .SelectMany(type => type.Assembly.GetExportedTypes())
            .Select(type => (Type: type, Section: type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string))
            .Where(options => options.Section is not null)
            .ToDictionary(options => options.Section!, options => options.Type);
        var page = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "docs", "operations.md"));

        var rows = Row().Matches(page);

        Assert.True(rows.Count >= 10, $"{rows.Count} options");
        Assert.All(rows, row =>
        {
            var type = options[row.Groups["section"].Value];
            var key = type.GetProperty(row.Groups["key"].Value);
            Assert.True(key is not null, row.Value);
            Assert.Equal($"{key.GetValue(Activator.CreateInstance(type))}", row.Groups["default"].Value);
        });
    }

    [Fact]
    public void The_page_names_every_queue()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "docs", "operations.md"));
        var section = page[page.IndexOf("\n## Queues", StringComparison.Ordinal)..page.IndexOf("\n**When an", StringComparison.Ordinal)];

        Assert.Equal(
            Queues.All.Concat(Queues.Of("{volume}")).Append(Queues.SignalingOf("{instance}")).Order(StringComparer.Ordinal),
            Queue().Matches(section).Select(queue => queue.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"`(?<name>(saga|work|api)\.[a-z.]+(\{volume\})?|signaling-\{instance\})`")]
    private static partial Regex Queue();

    [GeneratedRegex(@"^\| `(?<section>\w+):(?<key>\w+)` \| (?<default>\S*)\s*\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}

using EventTorrent.TestKit;

namespace EventTorrent.Api.Tests;

/// <summary>The page's own judgement of what is old, run by Node.js.</summary>
public sealed class OrderingOnThePage
{
    private const string Program =
        """
        import assert from 'node:assert/strict';
        const { Deleted, isOlder } = await import(`data:text/javascript,${encodeURIComponent(process.argv[1])}`);
        const task = (version, second = 0) => ({ infohash: 'a', version, created_at: `2026-01-01T00:00:0${second}+00:00` });

        assert.equal(isOlder(task(6), task(7)), true, 'v6 after v7');
        assert.equal(isOlder(task(7), task(6)), false, 'v7 after v6');
        assert.equal(isOlder(task(7), task(7)), false, 'the same version, perhaps with more in it');
        assert.equal(isOlder(task(1), null), false, 'the first of all');
        assert.equal(isOlder(task(1, 5), task(50)), false, 'submitted again after a delete');
        assert.equal(isOlder(task(50), task(1, 5)), true, 'of the life before');

        const deleted = new Deleted();
        deleted.add(task(7));
        assert.equal(deleted.has(task(8)), true, 'a change that comes after the delete');
        assert.equal(deleted.has(task(1, 5)), false, 'submitted again');
        for (let number = 0; number < 5000; number++) {
          deleted.add({ infohash: `${number}`, version: 1, created_at: '2026-01-01T00:00:00Z' });
        }

        assert.equal(deleted.has(task(8)), false, 'it remembers a bounded number');
        console.log('all as it should be');
        """;

    [Fact]
    public async Task The_view_never_goes_back()
    {
        Assert.SkipUnless(HasNode(), "Node.js is not installed.");
        await using var host = await ApiHost.StartAsync();
        var module = await host.Client.GetStringAsync("/task-order.js", ApiHost.Token);

        var said = await ToolProcess.RunAsync("node", ["--input-type=module", "--eval", Program, module], TimeSpan.FromSeconds(30), ApiHost.Token);

        Assert.Contains("all as it should be", said, StringComparison.Ordinal);
    }

    private static bool HasNode() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "node")));
}

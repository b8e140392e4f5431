namespace EventTorrent.TestKit;

/// <summary>The programs of Web/, as <c>npm run build</c> left them.</summary>
public static class NodeProgram
{
    /// <summary>The node's program.</summary>
    public static string Path => Of("peer", "src/main.js");

    /// <summary>A viewer as a program: server, infohash and names of files as arguments.</summary>
    public static string Viewer => Of("peer", "test/support/hub-viewer.js");

    /// <summary>The node's check of tickets as a program: the file of public keys, and seconds that the clock is put forward.</summary>
    public static string TicketCheck => Of("peer", "test/support/check-tickets.js");

    /// <summary>A person with Chromium as a program: server, infohash, path of the screenshot that it makes, size of the pictures that it tells.</summary>
    public static string Watcher => Of("app", "test/support/watch-task.js");

    /// <summary>A person with Chromium who uses the page, as a program: server, magnet link, infohash.</summary>
    public static string Person => Of("app", "test/support/use-page.js");

    /// <summary>A person with Chromium in a scene of the page, as a program: server, and what the scene is about as JSON.</summary>
    public static string Scene(string name) => Of("app", $"test/scenes/{name}.js");

    /// <summary>How soon one sees the list, measured by Chromium, as a program: server, and how often.</summary>
    public static string FirstLoad => Of("app", "bench/first-load.js");

    /// <summary>Why they can't run on this machine; null when they can.</summary>
    public static string? Missing =>
        !HasNode ? "Node.js is not installed." : !File.Exists(Path) ? "Web is not built (npm ci && npm run build in Web/, or ./test.sh)." : null;

    private static bool HasNode => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(System.IO.Path.Combine(directory, "node")));

    private static string Of(string package, string file) => System.IO.Path.Combine(RepositoryPaths.Root, "Web", package, "dist", file);
}

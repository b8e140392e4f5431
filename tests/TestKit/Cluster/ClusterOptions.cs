namespace EventTorrent.TestKit;

/// <summary>What a cluster is made of. By default one process of each kind that pictures need, with servers and a directory that go away with it.</summary>
public sealed record ClusterOptions
{
    public int Sagas { get; init; } = 1;

    public int Apis { get; init; } = 1;

    public int ScreenshotWorkers { get; init; } = 1;

    /// <summary>They share one volume. None by default: most tests want pictures only.</summary>
    public int DownloadWorkers { get; init; }

    /// <summary>On the same volume.</summary>
    public int TranscodeWorkers { get; init; }

    /// <summary>None by default. The node is connected to the first, and pages are sent to the last.</summary>
    public int Signalings { get; init; }

    /// <summary>At most one, and only with Signaling: nodes of one volume would put each other out.</summary>
    public int Nodes { get; init; }

    /// <summary>Keeps all data there for the next time, and the processes' logs; null for a directory that goes away with the cluster.</summary>
    public string? Directory { get; init; }

    /// <summary>A running broker in which the cluster makes a virtual host of its own; null for a broker of its own.</summary>
    public LocalBroker? Broker { get; init; }

    /// <summary>A running server in which the cluster makes a database of its own; null for a server of its own.</summary>
    public LocalPostgres? Postgres { get; init; }

    /// <summary>Listens here in place of a port of chance; the first Api only.</summary>
    public Uri? Url { get; init; }

    /// <summary>Peers on loopback and no DHT: a swarm of the test's own.</summary>
    public bool LocalSwarm { get; init; } = true;

    /// <summary>Starts a broker or a database again that crashed; those that a test stops or kills are left to the test.</summary>
    public bool RestartsServers { get; init; }

    /// <summary>Settings of every process, such as <c>Sagas:Heartbeat</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Settings of one process, by its role and its number from 0; they win over the others.</summary>
    public Func<ClusterRole, int, IReadOnlyDictionary<string, string>>? SettingsOf { get; init; }

    /// <summary>Another way of one process to the broker, such as through a <see cref="FaultProxy"/>, made of the address that it would use.</summary>
    public Func<ClusterRole, int, Uri, Uri>? BusAddressOf { get; init; }
}

namespace EventTorrent.Sagas.Tests;

/// <summary>The two ways to run the same code.</summary>
public enum Flavour
{
    /// <summary>In-memory bus and SQLite, as AllInOne.</summary>
    Embedded,

    /// <summary>RabbitMQ and PostgreSQL, as several processes.</summary>
    Distributed,
}

namespace EventTorrent.Hosting.Telemetry;

/// <summary>How traces travel to a collector.</summary>
public enum OtlpProtocol
{
    Grpc,
    Http,
}

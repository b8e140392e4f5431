namespace EventTorrent.Media.Containers.Asf;

/// <summary>A part of a media object (a picture) in a packet.</summary>
/// <param name="ObjectNumber">Tells the objects of a stream apart.</param>
/// <param name="Offset">Where the part belongs in its object.</param>
/// <param name="ObjectLength">Bytes of the whole object.</param>
/// <param name="Milliseconds">When it is shown, with the preroll.</param>
internal readonly record struct AsfPayload(
    int Stream, bool IsKeyframe, uint ObjectNumber, uint Offset, uint ObjectLength, uint Milliseconds, ReadOnlyMemory<byte> Data);

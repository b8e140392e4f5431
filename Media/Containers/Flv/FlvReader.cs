using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Flv;

/// <summary>FLV files (Adobe Flash Video File Format 10.1, annex E), with an index of keyframes in the metadata or without.</summary>
internal sealed class FlvReader : IContainerReader
{
    private const int FileHeaderLength = 9;

    /// <summary>Index of ten thousand keyframes with room for more.</summary>
    private const int MaxScriptBytes = 4 * 1024 * 1024;

    /// <summary>Before the first picture stand metadata, descriptions and a little sound.</summary>
    private const int MaxTags = 1024;

    private const int MaxSoundBytes = 256 * 1024;

    /// <inheritdoc />
    public string Container => ContainerSniffer.Flv;

    /// <inheritdoc />
    public string Demuxer => "flv";

    /// <inheritdoc />
    public async Task<VideoIndex> ReadIndexAsync(IndexWindow window, CancellationToken cancellationToken)
    {
        var needed = new List<ByteRange>();
        var metadata = FlvMetadata.None;
        ReadOnlyMemory<byte> description = default;
        var position = FirstTag(window.Head.Span);
        var soundBytes = 0;
        for (var tags = 0; tags < MaxTags && soundBytes < MaxSoundBytes && position + FlvTag.HeaderLength <= window.Length; tags++)
        {
            var peek = await window.ReadAsync(
                new(position, Math.Min(FlvTag.PeekLength, window.Length - position)), cancellationToken, CountingByteSource.BlockSize);
            if (!FlvTag.TryRead(peek.Span, out var tag))
                break;
            if (tag is { IsVideo: true, IsEncrypted: true })
                throw new MediaException(MediaErrorKind.Encrypted, "The video is encrypted.");

            var data = new ByteRange(position + FlvTag.HeaderLength, Math.Min(tag.DataLength, window.Length - position - FlvTag.HeaderLength));
            if (tag.IsScript && data.Length <= MaxScriptBytes && metadata.Keyframes.Count == 0)
            {
                metadata = FlvMetadata.Read((await window.ReadAsync(data, cancellationToken)).Span);
                needed.Add(data);
            }
            else if (tag.IsSequenceHeader && data.Length <= FlvMiniFile.MaxDescriptionBytes)
            {
                description = await window.ReadAsync(data, cancellationToken);
                needed.Add(data);
            }
            else if (tag.IsPicture)
            {
                var media = new ByteRange(position, window.Length - position);
                return await IndexAsync(window, tag.Codec!, metadata, description, media, needed, cancellationToken);
            }

            soundBytes += tag is { IsVideo: false, IsScript: false } ? tag.Length : 0;
            position += tag.Length + FlvTag.TrailerLength;
        }

        throw new MediaException(MediaErrorKind.IndexNotFound, "The FLV file has no video.");
    }

    /// <inheritdoc />
    public Task<LocatedKeyframe?> LocateAsync(
        IndexWindow window, ReadOnlyMemory<byte> head, Keyframe entry, CancellationToken cancellationToken) =>
        SequentialScan.LocateAsync(window, entry, FlvScan.NextAsync, cancellationToken, FlvPictures.Search(window, head.Span, entry));

    /// <inheritdoc />
    public bool IsHead(ReadOnlySpan<byte> head) => FlvMiniFile.IsHead(head);

    /// <inheritdoc />
    public IReadOnlyList<ReadOnlyMemory<byte>> BuildMiniFile(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> keyframe) =>
        FlvMiniFile.Build(head, keyframe);

    private static long FirstTag(ReadOnlySpan<byte> head) => head.Length < FileHeaderLength
        ? FileHeaderLength + FlvTag.TrailerLength
        : (long)BinaryPrimitives.ReadUInt32BigEndian(head[5..]) + FlvTag.TrailerLength;

    private static async Task<VideoIndex> IndexAsync(
        IndexWindow window, string codec, FlvMetadata metadata, ReadOnlyMemory<byte> description, ByteRange media,
        List<ByteRange> needed, CancellationToken cancellationToken)
    {
        var head = FlvMiniFile.BuildHead(description.Span);
        var keyframes = metadata.Keyframes
            .Where(keyframe => keyframe.Offset >= 0 && keyframe.Offset < window.Length - FlvTag.HeaderLength)
            .Select(keyframe => (Time: FlvMetadata.ToTime(keyframe.Seconds), Offset: Math.Max((long)keyframe.Offset, media.Offset)))
            .Select(keyframe => new Keyframe(keyframe.Offset, 0, keyframe.Time, Head: 0) { Anchor = keyframe.Offset })
            .ToList();
        if (keyframes.Count > 0)
            return new(codec, metadata.Duration, keyframes, _ => head, needed);

        var duration = await ReadDurationAsync(window, cancellationToken) ?? metadata.Duration;
        keyframes = await SequentialScan.ReadAsync(window, media, duration, FlvScan.NextAsync, cancellationToken);
        return new(codec, duration, keyframes, _ => head, needed);
    }

    /// <summary>The last tag ends with its own length, and has a time.</summary>
    private static async Task<TimeSpan?> ReadDurationAsync(IndexWindow window, CancellationToken cancellationToken)
    {
        var trailer = await window.ReadAsync(new(window.Length - FlvTag.TrailerLength, FlvTag.TrailerLength), cancellationToken);
        var length = BinaryPrimitives.ReadUInt32BigEndian(trailer.Span);
        var offset = window.Length - FlvTag.TrailerLength - length;
        if (length < FlvTag.HeaderLength || offset < 0)
            return null;

        var header = await window.ReadAsync(new(offset, FlvTag.HeaderLength), cancellationToken);
        return FlvTag.TryRead(header.Span, out var tag) && tag.Length == length ? MediaTime.ToTimeSpan(tag.Milliseconds, 1000) : null;
    }
}

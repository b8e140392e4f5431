namespace EventTorrent.Media.Decoding;

/// <summary>What a decoded picture needs before a person can look at it.</summary>
/// <param name="Deinterlace">It is made of two fields of different moments.</param>
internal readonly record struct PictureTreatment(DynamicRange Range, bool Deinterlace);

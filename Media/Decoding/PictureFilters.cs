using System.Globalization;

namespace EventTorrent.Media.Decoding;

/// <summary>The filters that make a picture as a viewer would see it: progressive, of square pixels, in the colours of a JPEG.</summary>
internal static class PictureFilters
{
    /// <summary>ITU-R BT.601 is what JFIF prescribes; without it the reds and greens of every HD video are off.</summary>
    private const string JpegColours = "out_color_matrix=bt601:out_range=pc";

    /// <summary>From the absolute brightness of SMPTE ST 2084 and the relative one of ARIB STD-B67 to that of a screen.</summary>
    private const string ToneMap = LinearToneMap + "m=470bg:r=full";

    /// <summary>Ends inside its last filter, whose matrix and range are the caller's.</summary>
    internal const string LinearToneMap =
        "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:";

    /// <summary>An aspect ratio beyond 4 is nonsense that would only cost memory.</summary>
    private const string Width = "iw*clip(sar,0.25,4)";

    /// <summary>
    /// One branch measures, the other is the picture; both see full pictures, not fields. ffmpeg applies the rotation before
    /// them. A curve takes the place of real tone mapping in an ffmpeg that is built without it.
    /// </summary>
    public static string Create(PictureTreatment treatment, int maxSide)
    {
        const string Measure = "scale=320:180,format=yuv420p,signalstats,entropy,metadata=print,nullsink";
        var shrink = string.Create(CultureInfo.InvariantCulture, $"min(1,{maxSide}/max({Width},ih))");
        var size = $"w='max(2,2*trunc({Width}*{shrink}/2))':h='max(1,trunc(ih*{shrink}))'";
        var picture = treatment.Range switch
        {
            DynamicRange.ToneMapped => $"scale={size},setsar=1,{ToneMap}",
            DynamicRange.Perceptual or DynamicRange.HybridLog =>
                $"scale={size}:in_color_matrix=bt2020,setsar=1,format=rgb48le,{CurveOf(treatment.Range)},scale={JpegColours}",
            _ => $"scale={size}:{JpegColours},setsar=1",
        };
        // A keyframe is alone: it has no neighbours in time that other filters ask.
        var whole = treatment.Deinterlace ? "estdif=mode=frame:deint=interlaced," : "";
        return $"showinfo=checksum=0,{whole}split[picture][sample];[sample]{Measure};[picture]{picture},format=yuvj420p";
    }

    /// <summary>The curve of a range, on pictures in RGB.</summary>
    internal static string CurveOf(DynamicRange range) => Curve(range == DynamicRange.Perceptual ? Perceptual : HybridLog);

    /// <summary>SMPTE ST 2084: linear light in units of 100 cd/m2, from a signal of 0 to 1.</summary>
    private const string Perceptual =
        "100*pow(max(0,pow({0},0.0126833)-0.8359375)/(18.8515625-18.6875*pow({0},0.0126833)),6.2773946)";

    /// <summary>ARIB STD-B67: linear light, 1 being the white of an ordinary screen at half of the signal.</summary>
    private const string HybridLog = "if(lt({0},0.5),4*{0}*{0},exp(({0}-0.55991073)/0.17883277)+0.28466892)";

    /// <summary>Light is compressed (Reinhard, white at 10) and given the gamma of a screen, for each channel by itself.</summary>
    private static string Curve(string light)
    {
        const double White = 10;
        var linear = string.Format(CultureInfo.InvariantCulture, light, "(val/maxval)");
        var curve = string.Create(CultureInfo.InvariantCulture, $"st(0,{linear})*0+maxval*pow(min(1,ld(0)*(1+ld(0)/{White * White})/(1+ld(0))),1/2.2)");
        return $"lutrgb=r='{curve}':g='{curve}':b='{curve}'";
    }
}

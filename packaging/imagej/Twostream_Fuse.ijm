// Fuse the slices of the current stack with `twostream fuse`, and open the result and its depth.
//
// Put this file into ImageJ's folder plugins; the menu Plugins then has "Twostream Fuse". Where
// twostream is no command of the system, run this macro once, with its path:
//   call("ij.Prefs.set", "twostream.command", "/path/of/twostream");
// From a shell,  imagej -b Twostream_Fuse.ijm STACK.tif  writes STACK_fused.tif.

given = getArgument();
command = call("ij.Prefs.get", "twostream.command", "twostream");
if (given != "") {
    setBatchMode(true);
    open(given);
}
if (nImages == 0 || nSlices < 2)
    exit("twostream fuses the slices of a stack. Open one first.");
title = getTitle();

// As a file, without changing the stack that is shown.
folder = getDirectory("temp");
temporary = folder + "twostream-" + d2s(getTime(), 0);
stack = temporary + ".tif";
setBatchMode(true);
run("Duplicate...", "duplicate title=twostream");
getDimensions(width, height, channels, slices, frames);
if (slices == 1 && minOf(channels, frames) == 1) { // the only axis is the focus
    Stack.setDimensions(1, channels * frames, 1);
    getDimensions(width, height, channels, slices, frames);
}
saveAs("Tiff", stack);
close();

fused = temporary + "_fused.tif";
if (given != "")
    fused = substring(given, 0, lastIndexOf(given, ".")) + "_fused.tif";
depth = replace(fused, "_fused.tif", "_depth.tif");
// The shell gets the names as separate words, so they may have any characters.
isSingle = channels == 1 && frames == 1;
if (isSingle)
    said = exec("sh", "-c", "exec \"$0\" \"$@\" 2>&1", command, "fuse", stack, "-o", fused, "--depth-map", depth, "--quiet");
else // the first channel decides
    said = exec("sh", "-c", "exec \"$0\" \"$@\" 2>&1", command, "fuse", stack, "-o", fused, "--channel", "0", "--quiet");
ok = File.delete(stack);
if (!File.exists(fused)) {
    print("twostream: " + said);
    exit("twostream could not fuse " + title + ". " + said);
}
setBatchMode(false);
if (given == "") {
    open(fused);
    rename(title + " fused");
    if (isSingle) {
        open(depth);
        rename(title + " depth");
    }
}

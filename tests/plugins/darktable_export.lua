-- In luarc of a real darktable: imports the images of a folder, exports them to the storage of the
-- script, and writes down what is in the database then.
local dt = require "darktable"
require "twostream"
local here = dt.configuration.config_dir
dt.preferences.write("twostream", "command", "string", here .. "/twostream")

local function export()
  dt.control.sleep(2000)
  local images = {}
  for name in io.lines(here .. "/names") do
    images[#images + 1] = dt.database.import(name)
  end
  dt.gui.selection(images)
  dt.control.sleep(1000)
  dt.gui.action("lib/export/export", 0, "", "", 1.0)
  for _ = 1, 60 do
    dt.control.sleep(1000)
    if #dt.database > #images then break end
  end
  dt.control.sleep(1000)
  for _, image in ipairs(dt.database) do
    print(image.filename .. "\t" .. image.group_leader.filename)
  end
end

dt.control.dispatch(function()
  print(pcall(export))
  io.stdout:flush()
  os.exit(true)
end)
